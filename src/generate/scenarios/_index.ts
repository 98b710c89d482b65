// All scenarios, by name. One file each in this folder; the house rules compare.

import type { Scenario } from "../stage.ts";
import { scenario as ackFlood } from "./ack-flood.ts";
import { scenario as beacon } from "./beacon.ts";
import { scenario as connectScan } from "./connect-scan.ts";
import { scenario as database } from "./database.ts";
import { scenario as dhcpFlood } from "./dhcp-flood.ts";
import { scenario as dns } from "./dns.ts";
import { scenario as dnsTunnel } from "./dns-tunnel.ts";
import { scenario as failures } from "./failures.ts";
import { scenario as fileTransfer } from "./file-transfer.ts";
import { scenario as finScan } from "./fin-scan.ts";
import { scenario as ftpBruteForce } from "./ftp-brute-force.ts";
import { scenario as gateway } from "./gateway.ts";
import { scenario as horizontalScan } from "./horizontal-scan.ts";
import { scenario as httpFlood } from "./http-flood.ts";
import { scenario as icmpFlood } from "./icmp-flood.ts";
import { scenario as icmpTunnel } from "./icmp-tunnel.ts";
import { scenario as interactive } from "./interactive.ts";
import { scenario as iotTelemetry } from "./iot-telemetry.ts";
import { scenario as loginBruteForce } from "./login-brute-force.ts";
import { scenario as mail } from "./mail.ts";
import { scenario as mixedOffice } from "./mixed-office.ts";
import { scenario as monitoring } from "./monitoring.ts";
import { scenario as networkServices } from "./network-services.ts";
import { scenario as nullScan } from "./null-scan.ts";
import { scenario as osFingerprinting } from "./os-fingerprinting.ts";
import { scenario as peerToPeer } from "./peer-to-peer.ts";
import { scenario as pingSweep } from "./ping-sweep.ts";
import { scenario as pshAckFlood } from "./psh-ack-flood.ts";
import { scenario as slowHttp } from "./slow-http.ts";
import { scenario as ssh } from "./ssh.ts";
import { scenario as sshBruteForce } from "./ssh-brute-force.ts";
import { scenario as synFlood } from "./syn-flood.ts";
import { scenario as udpApplications } from "./udp-applications.ts";
import { scenario as udpFlood } from "./udp-flood.ts";
import { scenario as udpScan } from "./udp-scan.ts";
import { scenario as verticalScan } from "./vertical-scan.ts";
import { scenario as video } from "./video.ts";
import { scenario as voice } from "./voice.ts";
import { scenario as web } from "./web.ts";
import { scenario as xmasScan } from "./xmas-scan.ts";

export const SCENARIOS: readonly Scenario[] = [
  ackFlood,
  beacon,
  connectScan,
  database,
  dhcpFlood,
  dns,
  dnsTunnel,
  failures,
  fileTransfer,
  finScan,
  ftpBruteForce,
  gateway,
  horizontalScan,
  httpFlood,
  icmpFlood,
  icmpTunnel,
  interactive,
  iotTelemetry,
  loginBruteForce,
  mail,
  mixedOffice,
  monitoring,
  networkServices,
  nullScan,
  osFingerprinting,
  peerToPeer,
  pingSweep,
  pshAckFlood,
  slowHttp,
  ssh,
  sshBruteForce,
  synFlood,
  udpApplications,
  udpFlood,
  udpScan,
  verticalScan,
  video,
  voice,
  web,
  xmasScan,
];
