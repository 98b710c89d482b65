// Tries `npm start` as somebody would who just cloned the project: waits until it prints an address and a login, looks at the
// page, logs in, and waits until the bundled capture was judged; then ends it as Ctrl-C does. Run in the clone.

import { spawn } from "node:child_process";

const READY_MS = 300_000;
const JUDGED_MS = 60_000;
const PORT = "0";

const child = spawn("npm", ["start", "--", "--port", PORT, "--no-log"], {
  stdio: ["ignore", "pipe", "inherit"],
  detached: true,
});
let out = "";
child.stdout.on("data", (chunk) => {
  out += chunk;
  process.stdout.write(String(chunk).replace(/password \S+/, "password …"));
});
const ended = new Promise((resolve) => child.on("exit", (status) => resolve(status)));

try {
  await until(() => out.includes("Ctrl-C ends it."), READY_MS, "npm start told no address");
  const [, address = ""] = /Console:\s+(\S+)\/console\//.exec(out) ?? [];
  const [, name = "", password = ""] = /Login:\s+(\S+), password (\S+)/.exec(out) ?? [];
  const page = await fetch(`${address}/`, { headers: { accept: "text/html" } });
  if (!page.url.endsWith("/console/") || !(await page.text()).includes('id="root"'))
    throw new Error(`${address} led to ${page.url}, expected the console`);
  const login = await fetch(`${address}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
  if (!login.ok) throw new Error(`the printed login was answered with ${login.status}`);
  const { access_token: token } = await login.json();
  let counts;
  await until(
    async () => {
      const answer = await fetch(`${address}/sources/replay`, {
        headers: { authorization: `Bearer ${token}` },
      });
      counts = (await answer.json()).counts;
      return counts?.verdicts > 0 && counts.attacks > 0;
    },
    JUDGED_MS,
    "the bundled capture was not judged",
  );
  console.log(`judged so far: ${counts.verdicts} flows, ${counts.attacks} of them attacks`);
  // To the whole group, as a terminal does.
  process.kill(-child.pid, "SIGINT");
  await Promise.race([
    ended,
    pause(20_000).then(() => Promise.reject(new Error("it did not end after Ctrl-C"))),
  ]);
} catch (failure) {
  console.log(failure.message);
  process.exitCode = 1;
} finally {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

async function until(isSo, bound, otherwise) {
  const end = Date.now() + bound;
  while (!(await isSo())) {
    if (child.exitCode !== null) throw new Error(`npm start ended with status ${child.exitCode}`);
    if (Date.now() > end) throw new Error(otherwise);
    await pause(250);
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
