// Service: the responder's port as one of a few named services. A name, not a number: a detector that learns port
// numbers learns the laboratory. Computed by ../assembly/service.ts.

import type { MeasureGroup } from "./contract.ts";

/** Ports by service (IANA Service Name and Transport Protocol Port Number Registry, and common use). */
const SERVICE_PORTS: readonly (readonly [string, readonly number[]])[] = [
  ["http", [80, 591, 8000, 8008, 8080, 8888, 3128]],
  ["https", [443, 8443, 4443]],
  ["dns", [53]],
  ["mdns", [5353]],
  ["llmnr", [5355]],
  ["ssh", [22, 2222]],
  ["ftp", [21, 990]],
  ["ftp-data", [20]],
  ["telnet", [23, 2323]],
  ["smtp", [25, 465, 587]],
  ["pop3", [110, 995]],
  ["imap", [143, 993]],
  ["ntp", [123]],
  ["dhcp", [67, 68, 546, 547]],
  ["snmp", [161, 162]],
  ["syslog", [514, 6514]],
  ["tftp", [69]],
  ["ssdp", [1900]],
  ["netbios", [137, 138, 139]],
  ["smb", [445]],
  ["rpc", [111, 135, 2049]],
  ["ldap", [389, 636, 3268]],
  ["kerberos", [88, 464]],
  ["remote-desktop", [3389, 5900, 5901, 5902, 5903]],
  ["database", [1433, 1521, 3306, 5432, 27017, 9042, 5984]],
  ["cache", [6379, 11211]],
  ["messaging", [1883, 8883, 5672, 5671, 4222, 9092, 61616]],
  ["chat", [194, 5222, 5269, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697]],
  ["voice", [5060, 5061, 3478, 5349]],
  ["vpn", [500, 4500, 1194, 1701, 1723, 51820]],
  ["industrial", [102, 502, 2404, 4840, 20000, 44818, 47808]],
  ["routing", [179, 520, 521, 646]],
];

/** Categories of the measure `service`, in code order. */
export const SERVICES: readonly string[] = [
  "none", // no ports
  "system", // another port below 1024
  "registered", // another port below 49152
  "dynamic", // a port from 49152
  ...SERVICE_PORTS.map(([name]) => name),
];

export const serviceGroup: MeasureGroup = { id: "service", version: 1, measures: ["service"] };

/** For the engine: the code of each port. */
export function serviceCodes(): Uint8Array {
  const codes = new Uint8Array(65536);
  for (let port = 0; port < 65536; port++) codes[port] = port < 1024 ? 1 : port < 49152 ? 2 : 3;
  for (const [name, ports] of SERVICE_PORTS) for (const port of ports) codes[port] = SERVICES.indexOf(name);
  return codes;
}
