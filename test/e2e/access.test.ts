// The commands of users and API keys, from end to end: exit statuses, what is printed once, and passwords that are never shown.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, type CommandResult, jsonLines, orbweaver, PROGRAM } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const folder = temporaryFolder();
const PASSWORD = "correct horse battery";
const PYTHON = "/usr/bin/python3";

let count = 0;

/** The commands of a new home. */
function home(): { run: (args: string, input?: string) => CommandResult; journal: () => string } {
  const place = join(folder, String(count++));
  const environment = { ORBWEAVER_HOME: place };
  return {
    run: (args, input = "") => orbweaver(args.split(" "), { cwd: folder, environment, input }),
    journal: () => readFileSync(join(place, "store", "journal"), "utf8"),
  };
}

beforeAll(buildCommand);

describe("user", () => {
  test("the first is an admin, and the last stays one", () => {
    const { run } = home();
    expect(run("user list").out).toContain("No users. Add the first");
    expect(run("user add bob --role viewer", PASSWORD)).toMatchObject({ status: 30, out: "" });
    expect(run("user add ann --role admin", `${PASSWORD}\n`).out).toBe("Added ann, admin.\n");
    expect(run("user add bob", `${PASSWORD}\r\nnothing\n`).out).toBe("Added bob, viewer.\n");
    expect(run("user remove ann").err).toContain("'ann' is the last admin");
    expect(run("user role bob admin").out).toBe("bob is admin now.\n");
    expect(run("user remove ann").status).toBe(0);
    const [{ users }] = jsonLines(run("user list --json").out) as [{ users: { name: string }[] }];
    expect(users.map(({ name }) => name)).toEqual(["bob"]);
  });

  test("a generated password is printed once, alone on its line, and is kept only as a hash", () => {
    const { run, journal } = home();
    const { out, err } = run("user add ann --role admin --generate");
    expect(out).toMatch(/^(?:[a-z2-9]{5}-){4}[a-z2-9]{5}\n$/);
    expect(err).toContain("shown this once");
    expect(err).not.toContain(out.trim());
    expect(run("user list --json").out).not.toContain(out.trim());
    expect(journal()).not.toContain(out.trim());
    expect(journal()).toContain("$scrypt$ln=17,r=8,p=1$");
    const again = run("user password ann --generate --json");
    expect(jsonLines(again.out)[0]["password"]).toMatch(/^[a-z2-9-]{29}$/);
  });

  test.each([
    ["user add ann --role admin", "", 2, "no password was given on standard input"],
    ["user add ann --role admin", "short", 30, "the password has 5 characters"],
    ["user add Ann --role admin", PASSWORD, 30, "'Ann' is no name of a user"],
    ["user add ann --role god", PASSWORD, 2, "Allowed choices are viewer, analyst, admin"],
    ["user add ann correct-horse-battery --role admin", "", 2, "too many arguments"],
    ["user role nobody viewer", "", 30, "there is no user 'nobody'"],
    ["user password nobody", PASSWORD, 30, "there is no user 'nobody'"],
    ["user remove nobody", "", 30, "there is no user 'nobody'"],
    ["key create xy --scope all", "", 2, "found 'all'"],
    ["key create xy --scope read --user nobody", "", 30, "there is no user 'nobody'"],
    ["key create xy --scope read --days 0", "", 2, "from 1 to 3650"],
    ["key revoke 0000000000000000", "", 30, "there is no API key"],
  ])("%s, given %j, ends with %i", (args, input, status, message) => {
    const { run } = home();
    const found = run(args, input);
    expect(found.err).toContain(message);
    expect(found.err.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    if (input !== "") expect(found.err).not.toContain(input);
    expect(found).toMatchObject({ status, out: "" });
  });

  const isSkipped = !existsSync(PYTHON) && process.env["CI"] !== "true";
  test.skipIf(isSkipped)("at a terminal it is typed twice and not shown (skipped without Python)", () => {
    const place = join(folder, String(count++));
    const session = spawnSync(PYTHON, ["-c", TERMINAL, process.execPath, PROGRAM], {
      env: { ...process.env, ORBWEAVER_HOME: place },
      encoding: "utf8",
    });
    expect(session.stderr).toBe("");
    expect(session.stdout).toContain("Password of ann: ");
    expect(session.stdout).toContain("The same again: ");
    expect(session.stdout).toContain("Added ann, admin.");
    expect(session.stdout).not.toContain("correct");
    expect(session.stdout).not.toContain("wrong");
    expect(statSync(join(place, "store", "journal")).mode & 0o777).toBe(0o600);
  });
});

/** Types a password at a terminal of its own, with a slip that is erased, and prints all that was shown. */
const TERMINAL = `
import os, pty, sys
child, fd = pty.fork()
if child == 0:
    os.execv(sys.argv[1], [sys.argv[1], sys.argv[2], "user", "add", "ann", "--role", "admin"])
shown = b""
def until(text):
    global shown
    start = len(shown)
    while text not in shown[start:]:
        shown += os.read(fd, 1024)
until(b"Password of ann: ")
os.write(fd, b"wrong\\x15correct horse batteryy\\x7f\\r")
until(b"again: ")
os.write(fd, b"correct horse battery\\r")
try:
    while True:
        piece = os.read(fd, 1024)
        if not piece: break
        shown += piece
except OSError:
    pass
os.waitpid(child, 0)
sys.stdout.write(shown.decode())
`;

describe("key", () => {
  test("is printed once, listed without its secret, and revoked by its id", () => {
    const { run, journal } = home();
    const { out } = run("key create nightly --scope predict,read --days 3");
    expect(out).toMatch(/^orbkey_[0-9a-f]{16}_[\w-]{43}\n$/);
    const secret = out.trim();
    const id = secret.split("_")[1];
    const list = run("key list").out;
    expect(list).toContain(id);
    expect(list + journal()).not.toContain(secret.slice(-43));
    expect(run(`key revoke ${id}`).out).toBe(`Revoked nightly (${id}).\n`);
    const [{ keys }] = jsonLines(run("key list --json").out) as [{ keys: object[] }];
    expect(keys).toMatchObject([{ id, name: "nightly", scopes: ["predict", "read"], state: "revoked" }]);
  });

  test("of a user ends with the user", () => {
    const { run } = home();
    run("user add ann --role admin", PASSWORD);
    run("user add bob --role viewer", PASSWORD);
    expect(run("key create xy --scope write --user bob").err).toContain(
      "viewer of 'bob' does not have write",
    );
    run("key create xy --scope read --user bob");
    expect(run("key list").out).toContain("usable");
    run("user remove bob");
    expect(run("key list").out).toContain("revoked");
  });
});
