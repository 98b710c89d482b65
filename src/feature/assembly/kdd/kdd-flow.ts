// A connection as the rows of KDD know it.

import { MeasuredFlow } from "../measured-flow";

@unmanaged
export class KddFlow extends MeasuredFlow {
  /** Payload, as it was long on the wire. */
  sourceBytes: f64;
  destinationBytes: f64;
  wrongFragments: u32;
  urgent: u32;
  /** Address of the session that reads its text, 0 when none does. */
  session: u32;
  service: u8;
  /** Bits: text of the opener, of the responder was looked at. */
  looked: u8;
  /** 1 when what is said in it cannot be known. */
  hidden: u8;
  serviceless: u8;
}
