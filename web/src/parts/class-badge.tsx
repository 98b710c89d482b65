// A class as it is told everywhere: its name, and whether it is an attack in words and colour. A plain element with a style sheet: long
// tables draw thousands of them.

import classes from "./class-badge.module.css";

export function ClassBadge({ name, attack }: { name: string; attack?: boolean }) {
  const kind = attack === undefined ? "other" : attack ? "attack" : "benign";
  return (
    <span className={classes["badge"]} data-kind={kind}>
      {name}
    </span>
  );
}
