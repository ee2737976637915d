// Frames on one socket: u32 length, little endian, and as many bytes. In: the socket. Out: whole
// payloads, in order.
//
// Invariant: a frame is handed over only when all of it is there; the end of the socket ends the
// program, so nothing outlives whoever asked.
import net from "node:net";

const HEAD = 4;

export function serve(fd, answer) {
  const socket = new net.Socket({ fd, readable: true, writable: true });
  let parts = [];
  let held = 0;
  let queue = Promise.resolve();

  const take = () => {
    const all = parts.length === 1 ? parts[0] : Buffer.concat(parts, held);
    let at = 0;
    while (held - at >= HEAD) {
      const length = all.readUInt32LE(at);
      if (held - at - HEAD < length) break;
      const payload = all.subarray(at + HEAD, at + HEAD + length);
      at += HEAD + length;
      queue = queue.then(async () => write(await answer(payload, write)));
    }
    parts = at < held ? [all.subarray(at)] : [];
    held -= at;
  };
  const write = (payloads) => {
    for (const payload of payloads) {
      const head = Buffer.alloc(HEAD);
      head.writeUInt32LE(payload.length);
      socket.write(head);
      socket.write(payload);
    }
  };

  let wanted = HEAD; // joining what came is worth it only when a frame may be whole
  socket.on("data", (chunk) => {
    parts.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    take();
    wanted = held >= HEAD ? HEAD + parts[0].readUInt32LE(0) : HEAD;
  });
  socket.on("end", () => process.exit(0));
  socket.on("error", () => process.exit(0));
}
