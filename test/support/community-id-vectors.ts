// The published vectors of the Community ID specification's reference implementation (corelight/pycommunityid, BSD
// 3-clause), for seed 0 and seed 1.

export interface CommunityIdVector {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** ICMP: type. */
  readonly sourcePort: number;
  /** ICMP: code. */
  readonly destinationPort: number;
  readonly seed0: string;
  /** "" where none is published. */
  readonly seed1: string;
}

type Row = readonly [number, string, string, number, number, string, string];

const ROWS: readonly Row[] = [
  [
    6,
    "128.232.110.120",
    "66.35.250.204",
    34855,
    80,
    "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
    "1:3V71V58M3Ksw/yuFALMcW0LAHvc=",
  ],
  [
    6,
    "66.35.250.204",
    "128.232.110.120",
    80,
    34855,
    "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
    "1:3V71V58M3Ksw/yuFALMcW0LAHvc=",
  ],
  [6, "10.0.0.1", "10.0.0.2", 10, 11569, "1:SXBGMX1lBOwhhoDrZynfROxnhnM=", "1:HmBRGR+fUyXF4t8WEtal7Y0gEAo="],
  [
    17,
    "192.168.1.52",
    "8.8.8.8",
    54585,
    53,
    "1:d/FP5EW3wiY1vCndhwleRRKHowQ=",
    "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=",
  ],
  [
    17,
    "8.8.8.8",
    "192.168.1.52",
    53,
    54585,
    "1:d/FP5EW3wiY1vCndhwleRRKHowQ=",
    "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=",
  ],
  [
    1,
    "192.168.0.89",
    "192.168.0.1",
    8,
    0,
    "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
    "1:03g6IloqVBdcZlPyX8r0hgoE7kA=",
  ],
  [
    1,
    "192.168.0.1",
    "192.168.0.89",
    0,
    0,
    "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
    "1:03g6IloqVBdcZlPyX8r0hgoE7kA=",
  ],
  [
    1,
    "192.168.0.89",
    "192.168.0.1",
    20,
    1,
    "1:tz/fHIDUHs19NkixVVoOZywde+I=",
    "1:Ie3wmFyxiEyikbsbcO03d2nh+PM=",
  ],
  [
    58,
    "fe80::200:86ff:fe05:80da",
    "fe80::260:97ff:fe07:69ea",
    135,
    0,
    "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
    "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=",
  ],
  [
    58,
    "fe80::260:97ff:fe07:69ea",
    "fe80::200:86ff:fe05:80da",
    136,
    0,
    "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
    "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=",
  ],
  [
    58,
    "3ffe:507:0:1:260:97ff:fe07:69ea",
    "3ffe:507:0:1:200:86ff:fe05:80da",
    3,
    0,
    "1:NdobDX8PQNJbAyfkWxhtL2Pqp5w=",
    "1:OlOWx9psIbBFi7lOCw/4MhlKR9M=",
  ],
  [
    58,
    "3ffe:507:0:1:200:86ff:fe05:80da",
    "3ffe:507:0:1:260:97ff:fe07:69ea",
    3,
    0,
    "1:/OGBt9BN1ofenrmSPWYicpij2Vc=",
    "1:Ij4ZxnC87/MXzhOjvH2vHu7LRmE=",
  ],
  [58, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 128, 0, "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=", ""],
  [
    6,
    "2001:470:e5bf:dead:4957:2174:e82c:4887",
    "2607:f8b0:400c:c03::1a",
    63943,
    25,
    "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
    "",
  ],
];

export const COMMUNITY_ID_VECTORS: readonly CommunityIdVector[] = ROWS.map(
  ([protocol, source, destination, sourcePort, destinationPort, seed0, seed1]) => ({
    protocol,
    source,
    destination,
    sourcePort,
    destinationPort,
    seed0,
    seed1,
  }),
);
