export const keyOf = (what: string) => `${what}-v1`;
