// The floor of runtime.mjs: a client of the Runtime API in the fewest lines of Node.js, which gives back each event. It
// has no handler, context, logs or errors, and notices nothing that goes wrong.

const socket = process.getBuiltinModule("node:net").connect(Number(process.env.AWS_LAMBDA_RUNTIME_API.split(":")[1]), "127.0.0.1");
const NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n";
let text = "";
let posted = false;
socket.setNoDelay(true);
socket.on("data", (bytes) => {
    if (posted) {
        posted = false;
        return socket.write(NEXT);
    }
    text += bytes;
    const body = text.indexOf("\r\n\r\n") + 4;
    if (body < 4 || text.length < body + Number(/content-length: (\d+)/i.exec(text)[1])) return;
    const answer = JSON.stringify(JSON.parse(text.slice(body)));
    const id = /request-id: (\S+)/i.exec(text)[1];
    text = "";
    posted = true;
    socket.write(`POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
});
socket.write(NEXT);
