import { SageMaker } from "@plutolang/pluto";

new SageMaker("m"); //~ P0301
