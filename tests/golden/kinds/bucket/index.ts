import { Bucket, Function } from "@plutolang/pluto";

const bucket = new Bucket("pictures");
new Function((name: string, file: string) => bucket.put(name, file), "upload");
new Function((name: string) => bucket.get(name, "/tmp/picture"), "download");
