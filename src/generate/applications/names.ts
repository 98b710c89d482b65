// Names that people and machines give: hosts, paths, users, programs. Knows no protocol.

import { Random } from "../../base/random.ts";

const SYLLABLES =
  "ba be bo ca ce co da de do fa fi go ka ki la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi wa we za zo".split(
    " ",
  );
const TOP_LEVELS = [
  "com",
  "com",
  "com",
  "net",
  "org",
  "io",
  "de",
  "co.uk",
  "fr",
  "info",
  "app",
  "cloud",
  "ch",
  "eu",
  "jp",
  "br",
];
const PREFIXES = [
  "www",
  "www",
  "api",
  "cdn",
  "static",
  "img",
  "mail",
  "login",
  "assets",
  "s3",
  "data",
  "edge",
  "m",
  "news",
];
const PATHS = [
  "index",
  "images",
  "static",
  "assets",
  "js",
  "css",
  "api",
  "v1",
  "v2",
  "user",
  "search",
  "news",
  "item",
  "media",
  "blog",
  "download",
  "feed",
];
const SUFFIXES = ["", "", ".html", ".js", ".css", ".png", ".jpg", ".json", ".woff2", ".php", ".svg", ".gif"];
export const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
  "curl/8.5.0",
  "python-requests/2.31.0",
  "Debian APT-HTTP/1.3 (2.6.1)",
  "Microsoft-Delivery-Optimization/10.0",
  "okhttp/4.12.0",
];

export function word(random: Random, syllables = 0): string {
  const count = syllables || random.integer(2, 4);
  let text = "";
  for (let index = 0; index < count; index++) text += random.pick(SYLLABLES);
  return text;
}

export function domain(random: Random): string {
  return `${word(random)}.${random.pick(TOP_LEVELS)}`;
}

/** Names that come again and again; the same for every seed. */
const POPULAR_NAMES = popularNames();

/** A host's name: mostly a popular one, at times one never seen before. */
export function hostName(random: Random): string {
  return random.chance(0.85) ? POPULAR_NAMES[random.uint32() % POPULAR_NAMES.length] : newHostName(random);
}

/** All popular names. */
export function popularHostNames(): readonly string[] {
  return POPULAR_NAMES;
}

function newHostName(random: Random): string {
  const base = domain(random);
  if (random.chance(0.15)) return base;
  if (random.chance(0.2))
    return `${word(random)}-${random.integer(1, 99)}.${random.pick(["eu-west-1", "us-east-2", "fra", "edge", "ap1"])}.${base}`;
  return `${random.pick(PREFIXES)}.${base}`;
}

export function path(random: Random): string {
  let text = "";
  for (let depth = random.integer(0, 4); depth > 0; depth--)
    text += `/${random.chance(0.6) ? random.pick(PATHS) : word(random)}`;
  text += `/${word(random)}${random.pick(SUFFIXES)}`;
  if (random.chance(0.25))
    text += `?id=${random.integer(1, 99999)}&${word(random, 1)}=${token(random, random.integer(4, 40))}`;
  return text;
}

const TOKEN_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Letters and digits of an alphabet. */
export function token(random: Random, length: number, letters = TOKEN_LETTERS): string {
  let text = "";
  for (let index = 0; index < length; index++) text += letters[random.uint32() % letters.length];
  return text;
}

function popularNames(): readonly string[] {
  const random = new Random(0x6e616d65);
  return Array.from({ length: 2000 }, () => newHostName(random));
}
