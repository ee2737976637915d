export const key = "answer";
