import { KVStore, Queue, Function } from "@plutolang/pluto";

class Mailer {
  constructor(private readonly queue: Queue, public log: KVStore, protected dry = false) {}
  async send(text: string) {
    await this.log.set("last", text);
    if (!this.dry) await this.queue.push(text);
  }
}

const queue = new Queue("mails");
const log = new KVStore("log");
const mailer = new Mailer(queue, log);
const dry = new Mailer(queue, log, true);
new Function((text: string) => mailer.send(text), "send");
new Function((text: string) => dry.send(text), "try");
