const create = (tag: string, props: object | null, ...parts: string[]) => `<${tag}>${parts.join("")}</${tag}>`;
const unused = (tag: string) => tag;

export const part = (name: string) => <i>{name}</i>;
