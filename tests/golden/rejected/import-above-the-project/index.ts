import { secret } from "../../../../../../../etc/hosts"; //~ P0109

console.log(secret);
