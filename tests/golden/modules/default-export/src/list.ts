import type Notes from "./notes";

export default (notes: Notes) => async () => ({ statusCode: 200, body: await notes.all() });
