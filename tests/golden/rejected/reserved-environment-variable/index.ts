import { Function } from "@plutolang/pluto";

new Function(async () => "x", "f", { envs: { AWS_REGION: "eu-west-1" } }); //~ P0506
