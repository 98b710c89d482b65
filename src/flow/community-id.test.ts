import { expect, test } from "vitest";
import { COMMUNITY_ID_VECTORS } from "../../test/support/community-id-vectors.ts";
import { parseAddress } from "./address.ts";
import { communityId } from "./community-id.ts";

test.each(COMMUNITY_ID_VECTORS)(
  "protocol $protocol, $source to $destination, $sourcePort to $destinationPort",
  (vector) => {
    const words = [...(parseAddress(vector.source) ?? []), ...(parseAddress(vector.destination) ?? [])];
    expect(communityId({ ...vector, words })).toBe(vector.seed0);
    if (vector.seed1 !== "") expect(communityId({ ...vector, words, seed: 1 })).toBe(vector.seed1);
  },
);
