import { Secret, Function } from "@plutolang/pluto";

const token = new Secret("token", process.env.API_TOKEN!);
new Function(async () => {
  const value = await token.get();
  return fetch("https://example.com", { headers: { authorization: value } });
}, "call-api");
