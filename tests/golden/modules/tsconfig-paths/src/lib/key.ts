export const key = "k";
