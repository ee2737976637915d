export type Item = { price: number };
export const price = (items: Item[]): number => items.reduce((sum, item) => sum + item.price, 0);
