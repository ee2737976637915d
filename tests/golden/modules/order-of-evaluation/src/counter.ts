let n = 0;
export const next = () => ++n;
export const count = () => n;
