// Minimises a smooth function: the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Liu and Nocedal 1989)
// with a line search for the strong conditions of Wolfe (Nocedal and Wright 2006, algorithms 3.5 and 3.6).
//
// Guarantees: the same bits wherever the function's values have the same bits. Knows nothing of what is minimised.

/** Function value at a point; writes its gradient. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  iterations: number;
  /** Whether the gradient is small enough to stop. */
  isFlat: (gradient: Float64Array) => boolean;
  /** Relative decrease of the value in an iteration below which to stop. */
  decrease: number;
  /** Called after every iteration; may throw, or be awaited. */
  onIteration: (iteration: number, value: number) => void | Promise<void>;
}

export interface Minimum {
  value: number;
  iterations: number;
}

/** Steps that are remembered. */
const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const SEARCH_STEPS = 20;

/** Moves the point to where the function is least. */
export async function minimise(
  objective: Objective,
  point: Float64Array,
  { iterations, isFlat, decrease, onIteration }: MinimiseOptions,
): Promise<Minimum> {
  const size = point.length;
  const memory: Step[] = [];
  const gradient = new Float64Array(size);
  let value = objective(point, gradient);
  const search = new LineSearch(objective, size);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    if (isFlat(gradient)) return { value, iterations: iteration - 1 };
    let direction = directionOf(gradient, memory);
    if (!(dot(direction, gradient) < 0)) {
      memory.length = 0;
      direction = gradient.map((entry) => -entry);
    }
    const first = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const found = search.along(point, value, gradient, direction, first);
    if (!found) {
      if (memory.length === 0) return { value, iterations: iteration - 1 };
      // The remembered steps mislead: begin anew with the gradient.
      memory.length = 0;
      continue;
    }
    remember(memory, point, gradient, search);
    const before = value;
    value = found.value;
    point.set(search.point);
    gradient.set(search.gradient);
    await onIteration(iteration, value);
    if (before - value <= decrease * Math.max(Math.abs(before), Math.abs(value)))
      return { value, iterations: iteration };
  }
  return { value, iterations };
}

interface Step {
  move: Float64Array;
  turn: Float64Array;
  inverse: number;
}

function remember(memory: Step[], point: Float64Array, gradient: Float64Array, next: LineSearch): void {
  const move = next.point.map((entry, index) => entry - point[index]);
  const turn = next.gradient.map((entry, index) => entry - gradient[index]);
  const curvature = dot(move, turn);
  if (!(curvature > 1e-16 * dot(turn, turn))) return;
  if (memory.length === MEMORY) memory.shift();
  memory.push({ move, turn, inverse: 1 / curvature });
}

/** Minus the gradient times the inverse Hessian that the remembered steps tell of (two loops, Nocedal 1980). */
function directionOf(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = gradient.map((entry) => -entry);
  const factors = new Float64Array(memory.length);
  for (let index = memory.length - 1; index >= 0; index--) {
    const { move, turn, inverse } = memory[index];
    factors[index] = inverse * dot(move, direction);
    add(direction, -factors[index], turn);
  }
  const last = memory.at(-1);
  if (last) {
    const scale = 1 / (last.inverse * dot(last.turn, last.turn));
    for (let index = 0; index < direction.length; index++) direction[index] *= scale;
  }
  memory.forEach(({ move, turn, inverse }, index) => {
    add(direction, factors[index] - inverse * dot(turn, direction), move);
  });
  return direction;
}

interface Trial {
  step: number;
  value: number;
  slope: number;
}

/** Finds a step along a direction. Point and gradient at the last trial can be read afterwards. */
class LineSearch {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly #objective: Objective;

  constructor(objective: Objective, size: number) {
    this.#objective = objective;
    this.point = new Float64Array(size);
    this.gradient = new Float64Array(size);
  }

  /** The trial that was taken; undefined where no step lowers the value. */
  along(
    from: Float64Array,
    value: number,
    gradient: Float64Array,
    direction: Float64Array,
    first: number,
  ): Trial | undefined {
    const start: Trial = { step: 0, value, slope: dot(gradient, direction) };
    const tryStep = (step: number): Trial => {
      for (let index = 0; index < from.length; index++)
        this.point[index] = from[index] + step * direction[index];
      const reached = this.#objective(this.point, this.gradient);
      return { step, value: reached, slope: dot(this.gradient, direction) };
    };
    const isLow = (trial: Trial): boolean =>
      trial.value <= start.value + SUFFICIENT_DECREASE * trial.step * start.slope;
    const isLevel = (trial: Trial): boolean => Math.abs(trial.slope) <= -CURVATURE * start.slope;
    let before = start;
    let step = first;
    for (let trials = 0; trials < SEARCH_STEPS; trials++) {
      const trial = tryStep(step);
      if (!isLow(trial) || (trials > 0 && trial.value >= before.value))
        return zoom(before, trial, tryStep, isLow, isLevel, SEARCH_STEPS - trials);
      if (isLevel(trial)) return trial;
      if (trial.slope >= 0) return zoom(trial, before, tryStep, isLow, isLevel, SEARCH_STEPS - trials);
      before = trial;
      step *= 4;
    }
    return before.step > 0 ? tryStep(before.step) : undefined;
  }
}

/** Narrows the interval between a low trial and another one. */
function zoom(
  first: Trial,
  second: Trial,
  tryStep: (step: number) => Trial,
  isLow: (trial: Trial) => boolean,
  isLevel: (trial: Trial) => boolean,
  trials: number,
): Trial | undefined {
  let [low, high] = [first, second];
  for (let index = 0; index < trials; index++) {
    const trial = tryStep(between(low, high));
    if (!isLow(trial) || trial.value >= low.value) {
      high = trial;
    } else {
      if (isLevel(trial)) return trial;
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
  }
  return low.step > 0 ? tryStep(low.step) : undefined;
}

/** Where the cubic through two trials is least, kept away from their ends. */
function between(low: Trial, high: Trial): number {
  const width = high.step - low.step;
  const first = low.slope + high.slope - (3 * (low.value - high.value)) / (low.step - high.step);
  const square = first * first - low.slope * high.slope;
  let share = 0.5;
  if (square >= 0 && Number.isFinite(square)) {
    const second = (width > 0 ? 1 : -1) * Math.sqrt(square);
    const place = high.step - (width * (high.slope + second - first)) / (high.slope - low.slope + 2 * second);
    share = (place - low.step) / width;
  }
  if (!(share >= 0.1)) share = Number.isNaN(share) ? 0.5 : 0.1;
  return low.step + width * Math.min(0.9, share);
}

export function dot(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) sum += first[index] * second[index];
  return sum;
}

function add(to: Float64Array, factor: number, other: Float64Array): void {
  for (let index = 0; index < to.length; index++) to[index] += factor * other[index];
}
