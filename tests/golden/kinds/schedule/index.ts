import { Schedule, Queue } from "@plutolang/pluto";

const schedule = new Schedule("daily");
const queue = new Queue("reports");
schedule.cron("0 9 * * *", async () => {
  await queue.push(`report of ${new Date().toDateString()}`);
});
schedule.cron("*/5 * * * MON-FRI", async () => {});
