// The pages that the menu leads to, in its order.

import {
  IconActivity,
  IconAdjustments,
  IconBinaryTree,
  IconBoxMultiple,
  IconDatabase,
  IconListCheck,
  IconNetwork,
  IconTargetArrow,
  type TablerIcon,
} from "@tabler/icons-react";

export interface Place {
  to: string;
  text: string;
  icon: TablerIcon;
  /** Goes there after "g". */
  key: string;
}

export const PLACES: readonly Place[] = [
  { to: "/overview", text: "Overview", icon: IconActivity, key: "o" },
  { to: "/captures", text: "Captures", icon: IconNetwork, key: "c" },
  { to: "/predict", text: "Predict", icon: IconTargetArrow, key: "p" },
  { to: "/datasets", text: "Data sets", icon: IconDatabase, key: "d" },
  { to: "/train", text: "Train and compare", icon: IconBinaryTree, key: "t" },
  { to: "/models", text: "Models", icon: IconBoxMultiple, key: "m" },
  { to: "/jobs", text: "Jobs", icon: IconListCheck, key: "j" },
  { to: "/settings", text: "Settings", icon: IconAdjustments, key: "s" },
];
