import { Queue } from "@plutolang/pluto";

const queue = new Queue("jobs"); //~ P0501
