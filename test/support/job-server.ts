// A process with a queue of jobs that a test can kill: job-server.ts FOLDER [KIND REQUEST]… Prints the id of each job.

import { openStore } from "../../src/store/open.ts";
import { openTestQueue } from "./job-queue.ts";

const [folder, ...jobs] = process.argv.slice(2);
const queue = openTestQueue(folder, await openStore(folder));
await queue.start();
for (let at = 0; at < jobs.length; at += 2) {
  const { id } = await queue.submit(jobs[at], JSON.parse(jobs[at + 1]));
  console.log(id);
}
setInterval(() => undefined, 1_000);
