import { Function } from "@plutolang/pluto";

const hello = new Function(async () => "hello", "hello");
hello.invoke().then(console.log); //~ P0209
