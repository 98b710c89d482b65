// TLS by files, headers for browsers and the page that shows the interface: a real server, openssl's certificates, a real browser.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import helmet from "@fastify/helmet";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLog } from "../../src/http/log.ts";
import { addressName } from "../../src/http/security/gate.ts";
import { hostNames, isLoopback } from "../../src/http/security/options.ts";
import { readTls } from "../../src/http/security/tls.ts";
import { temporaryFolder } from "../support/rows.ts";
import { type Secured, secured } from "../support/secured.ts";

const folder = temporaryFolder();
const BROWSER = "/usr/bin/chromium";
const isLacking = (program: string): boolean => !existsSync(program) && process.env["CI"] !== "true";

interface Pair {
  cert: string;
  key: string;
}

/** A certificate for localhost and its key, in files. */
function certificate(name: string): Pair {
  const pair = { cert: join(folder, `${name}.cert.pem`), key: join(folder, `${name}.key.pem`) };
  const made = spawnSync("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj".split(" "),
    `/CN=${name}`,
    ..."-addext subjectAltName=DNS:localhost,IP:127.0.0.1".split(" "),
    "-keyout",
    pair.key,
    "-out",
    pair.cert,
  ]);
  expect(made.status, made.stderr?.toString()).toBe(0);
  return pair;
}

const lines: string[] = [];
let first: Pair;
let second: Pair;
let files: Pair;
let house: Secured;

beforeAll(async () => {
  first = certificate("first");
  second = certificate("second");
  files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  put(first);
  house = await secured(join(folder, "house"), {
    security: { tls: files },
    log: openLog({ level: "info", destination: { write: (line: string) => void lines.push(line) } }),
  });
});
afterAll(() => house.started.close());

function put({ cert, key }: Pair): void {
  writeFileSync(files.cert, readFileSync(cert));
  writeFileSync(files.key, readFileSync(key));
}

interface Asked {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  /** Name that the certificate is of. */
  name: string;
}

function ask(path: string, trusted: Pair): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const options = { ca: readFileSync(trusted.cert), agent: false as const };
    get(`https://127.0.0.1:${house.port}${path}`, options, (response) => {
      const peer = (response.socket as import("node:tls").TLSSocket).getPeerCertificate();
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers, name: String(peer.subject.CN) });
    }).on("error", reject);
  });
}

describe("TLS", () => {
  test("encrypts, and says that it is to stay so", async () => {
    expect(house.address).toMatch(/^https:/);
    const { status, headers, name } = await ask("/healthz", first);
    expect({ status, name }).toEqual({ status: 200, name: "first" });
    expect(headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
  });

  test("is 1.2 at least", async () => {
    const handshake = (maxVersion: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") =>
      new Promise<string>((resolve) => {
        const socket = connect({
          port: house.port,
          host: "127.0.0.1",
          ca: readFileSync(first.cert),
          minVersion: "TLSv1",
          maxVersion,
          // The client would refuse old versions by itself.
          ciphers: "DEFAULT@SECLEVEL=0",
        });
        socket.once("secureConnect", () => {
          resolve(socket.getProtocol() ?? "none");
          socket.destroy();
        });
        socket.once("error", () => resolve("refused"));
      });
    expect(await handshake("TLSv1.1")).toBe("refused");
    expect(await handshake("TLSv1.2")).toBe("TLSv1.2");
    expect(await handshake("TLSv1.3")).toBe("TLSv1.3");
  });

  test("files are read again; wrong ones leave the old ones in use", async () => {
    put({ cert: second.cert, key: first.key });
    await house.started.reload();
    expect((await ask("/healthz", first)).name).toBe("first");
    expect(lines.at(-1)).toContain("is not that of the certificate");
    put(second);
    await house.started.reload();
    expect((await ask("/healthz", second)).name).toBe("second");
    await expect(ask("/healthz", first)).rejects.toThrow();
    put(first);
    await house.started.reload();
  });

  test("no log line holds a key", () => {
    const secret = readFileSync(first.key, "utf8").split("\n")[1];
    expect(lines.join("")).not.toContain(secret);
  });

  test("what cannot be used is told by its file, before anything starts", async () => {
    const text = join(folder, "text.pem");
    writeFileSync(text, "no certificate");
    const attempts: [Pair, string][] = [
      [{ cert: join(folder, "none.pem"), key: first.key }, "none.pem cannot be read: ENOENT"],
      [{ cert: folder, key: first.key }, "is no PEM file"],
      [{ cert: text, key: first.key }, "text.pem holds no certificate in PEM"],
      [{ cert: first.cert, key: text }, "text.pem holds no private key in PEM"],
      [{ cert: first.cert, key: second.key }, "is not that of the certificate"],
    ];
    for (const [pair, message] of attempts) await expect(readTls(pair)).rejects.toThrow(message);
    await expect(readTls(attempts[0][0])).rejects.toMatchObject({ code: "tls-invalid" });
  });
});

describe("headers for browsers", () => {
  test("are those of helmet that browsers still know, or stricter", async () => {
    const bare = fastify();
    await bare.register(helmet);
    bare.get("/", async () => "");
    const theirs = (await bare.inject("/")).headers;
    const ours = (await ask("/healthz", first)).headers;
    /** For browsers and plug-ins that are long gone, or switches of what is off anyway. */
    const GONE = [
      "x-dns-prefetch-control",
      "x-download-options",
      "x-permitted-cross-domain-policies",
      "x-xss-protection",
    ];
    const names = Object.keys(theirs).filter((name) =>
      /^(x-|cross-|content-sec|strict|referrer|origin)/.test(name),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) if (!GONE.includes(name)) expect(ours, name).toHaveProperty(name);
    for (const name of [
      "cross-origin-opener-policy",
      "referrer-policy",
      "x-content-type-options",
      "origin-agent-cluster",
    ])
      expect(ours[name]).toBe(theirs[name]);
    await bare.close();
  });

  test("allow nothing inline, on the page of the interface neither", async () => {
    for (const path of ["/healthz", "/nothing", "/docs", "/docs/static/swagger-ui.css"]) {
      const policy = String((await ask(path, first)).headers["content-security-policy"]);
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toContain("unsafe");
    }
  });

  test.skipIf(isLacking(BROWSER))(
    "a browser shows the page of the interface without a complaint (skipped without Chromium)",
    async () => {
      const open = await secured(join(folder, "open"), { people: false });
      try {
        const browser = [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--enable-logging=stderr",
          "--virtual-time-budget=15000",
          "--dump-dom",
        ];
        const { spawn } = await import("node:child_process");
        // What it says of the machine that it runs on is not ours; what it says of the page comes as CONSOLE.
        const child = spawn(BROWSER, [
          ...browser,
          `--user-data-dir=${join(folder, "browser")}`,
          `${open.address}/docs`,
        ]);
        let shown = "";
        let said = "";
        child.stdout.setEncoding("utf8").on("data", (text) => {
          shown += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text) => {
          said += text;
        });
        await new Promise((resolve) => child.once("close", resolve));
        expect(said.split("\n").filter((line) => line.includes("CONSOLE"))).toEqual([]);
        expect(shown).toContain("swagger-ui");
        expect(shown).toContain("/predict");
        expect(shown).toContain("opblock");
      } finally {
        await open.started.close();
      }
    },
  );
});

describe("names", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["localhost", true],
    ["::1", true],
    ["[::1]", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.0.1", false],
    ["127.0.0.1.example", false],
    ["1270.0.0.1", false],
  ])("%s is loopback: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  test("Host may be what loopback is called, or what is allowed", () => {
    expect(hostNames("127.0.0.1", ["Ids.Example"])).toEqual([
      "localhost",
      "127.0.0.1",
      "[::1]",
      "ids.example",
    ]);
    expect(hostNames("::1", [])).toContain("[::1]");
    expect(hostNames("0.0.0.0", [])).toBeUndefined();
    expect(hostNames("0.0.0.0", ["a", "2001:db8::1"])).toEqual(["a", "[2001:db8::1]"]);
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::6", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("rates know %s as %s", (address, expected) => {
    expect(addressName(address)).toBe(expected);
  });
});
