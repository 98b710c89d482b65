// One vocabulary for the labels of CIC-IDS2017, CSE-CIC-IDS2018 and their improved versions.
//
// A class by what was done, with the tool where the data sets tell it apart. Spellings are compared by letters and digits
// alone, which also takes the dash of "Web Attack – XSS" in whatever encoding it came. The improved versions mark attacks
// whose payload did nothing as "… - Attempted"; that is kept behind the class.

import { literal } from "../duck.ts";
import { nameKey } from "./columns.ts";

/** Class → other spellings of it. */
// biome-ignore format: a table
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  Benign: ["BENIGN", "Normal"],
  Bot: ["Botnet", "Botnet Ares", "Bot Ares", "Ares"],
  DDoS: ["DDoS attack", "DDoS LOIT"],
  "DDoS HOIC": ["DDOS attack-HOIC", "DDoS attacks-HOIC"],
  "DDoS LOIC HTTP": ["DDoS attacks-LOIC-HTTP", "DDoS attack-LOIC-HTTP", "DDoS LOIC"],
  "DDoS LOIC UDP": ["DDOS attack-LOIC-UDP", "DDoS attacks-LOIC-UDP"],
  "DoS GoldenEye": ["DoS attacks-GoldenEye", "DoS attack-GoldenEye"],
  "DoS Hulk": ["DoS attacks-Hulk", "DoS attack-Hulk"],
  "DoS SlowHTTPTest": ["DoS attacks-SlowHTTPTest", "DoS attack-SlowHTTPTest", "DoS Slowhttptest"],
  "DoS Slowloris": ["DoS attacks-Slowloris", "DoS attack-Slowloris"],
  "FTP Brute Force": ["FTP-BruteForce", "FTP-Patator"],
  Heartbleed: [],
  Infiltration: ["Infilteration", "Infiltration - Communication Victim Attacker"],
  "Infiltration - Dropbox Download": [],
  "Infiltration - Port Scan": ["Infiltration - NMAP Portscan", "Infiltration - Portscan"],
  "Port Scan": ["PortScan"],
  "SSH Brute Force": ["SSH-BruteForce", "SSH-Bruteforce", "SSH-Patator"],
  "Web Attack - Brute Force": ["Brute Force -Web", "Web Attack Brute Force"],
  "Web Attack - SQL Injection": ["SQL Injection", "Web Attack - SQL", "Web Attack - Sql Injection"],
  "Web Attack - XSS": ["Brute Force -XSS"],
};

/** Spelling, by letters and digits → class. */
export const CIC_CLASSES: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([name, others]) =>
    [name, ...others].map((spelling) => [nameKey(spelling), name] as const),
  ),
);

const ATTEMPTED = " - Attempted";

/** SQL of the class of a label; a label that is not known stays as it is. */
export function classSql(label: string): string {
  const base = `regexp_replace(${label}, '\\s*-\\s*Attempted$', '', 'i')`;
  const key = `lower(regexp_replace(${base}, '[^A-Za-z0-9]+', '', 'g'))`;
  const cases = [...CIC_CLASSES].map(([spelling, name]) => `WHEN ${literal(spelling)} THEN ${literal(name)}`);
  const attempted = `if(regexp_matches(${label}, '-\\s*Attempted$', 'i'), ${literal(ATTEMPTED)}, '')`;
  return `(CASE ${key} ${cases.join(" ")} ELSE ${base} END || ${attempted})`;
}
