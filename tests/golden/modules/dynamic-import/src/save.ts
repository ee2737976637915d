import { texts } from "./texts";

export const save = (text: string) => texts.set("latest", text);
