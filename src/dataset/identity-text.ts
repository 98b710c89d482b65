// Who flows were, as text, from the raw identity columns of an .orbrows block (RAW_IDENTITY in orbrows.ts).

import { addressText } from "../flow/address.ts";
import { communityId } from "../flow/community-id.ts";

/** Community ID and addresses of the rows of a block, from its raw identity columns. */
export function identityTexts(
  raw: readonly Float64Array[],
  rows: number,
): { communityIds: string[]; sources: string[]; destinations: string[] } {
  const communityIds: string[] = [];
  const sources: string[] = [];
  const destinations: string[] = [];
  const words = new Int32Array(8);
  for (let row = 0; row < rows; row++) {
    for (let word = 0; word < 8; word++) words[word] = raw[3 + word][row];
    sources.push(addressText(words[0], words[1], words[2], words[3]));
    destinations.push(addressText(words[4], words[5], words[6], words[7]));
    communityIds.push(
      communityId({ words, protocol: raw[13][row], sourcePort: raw[11][row], destinationPort: raw[12][row] }),
    );
  }
  return { communityIds, sources, destinations };
}
