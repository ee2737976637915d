import { soon } from "lib-late";
export const late = () => soon();
