import { KVStore as Table, Function as Handler } from "@plutolang/pluto";

const table = new Table("songs");
const songs = table;
new Handler(async (id: string) => songs.get(id), "play");
