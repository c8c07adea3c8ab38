/**
 * The search of `myers.ts`: boxes are cut where a path from the upper left and one from the lower right
 * meet, until nothing but insertions or deletions is left.
 *
 * `forward[d]` is how far into the old side a path on diagonal `d` (old minus new) has come from the start of
 * the box, `backward[d]` the same from its end. Both arrays serve all boxes: a search writes what it reads.
 */
/** The lines of one side that take part in the search. */
export interface Candidates {
  readonly classes: Int32Array;
  /** The number of each line in the whole text. */
  readonly lines: Int32Array;
  /** Where changed lines are marked; line `i` stands at `i + 1`. */
  readonly marks: Uint8Array;
}

/** A run of equal lines longer than this is worth cutting at. */
const SNAKE = 20;
/** From this cost on a search looks for a good place instead of the best. */
const PATIENT_COST = 256;
/** A place is good when its progress is this many times the cost. */
const PROGRESS_FACTOR = 4;
/** A search goes to this cost at least before it takes the furthest place. */
const COST_MAX_MIN = 256;
const UNREACHED = 0x7fffffff;

/** Marks what is changed between the candidates of both sides. */
export function compareBoxes(old: Candidates, new_: Candidates, isMinimal: boolean): void {
  const search = new Search(old.classes, new_.classes);
  // Five numbers a box: the four limits, and whether the best answer is wanted.
  const boxes = [0, old.classes.length, 0, new_.classes.length, isMinimal ? 1 : 0];
  while (boxes.length > 0) {
    const needsBest = boxes.pop() === 1;
    let newEnd = boxes.pop()!;
    let newStart = boxes.pop()!;
    let oldEnd = boxes.pop()!;
    let oldStart = boxes.pop()!;
    while (oldStart < oldEnd && newStart < newEnd && old.classes[oldStart] === new_.classes[newStart]) {
      oldStart++;
      newStart++;
    }
    while (oldStart < oldEnd && newStart < newEnd && old.classes[oldEnd - 1] === new_.classes[newEnd - 1]) {
      oldEnd--;
      newEnd--;
    }
    if (oldStart === oldEnd) {
      for (let i = newStart; i < newEnd; i++) new_.marks[new_.lines[i]! + 1] = 1;
    } else if (newStart === newEnd) {
      for (let i = oldStart; i < oldEnd; i++) old.marks[old.lines[i]! + 1] = 1;
    } else {
      search.split([oldStart, oldEnd, newStart, newEnd], needsBest);
      boxes.push(oldStart, search.oldCut, newStart, search.newCut, search.isLowBest ? 1 : 0);
      boxes.push(search.oldCut, oldEnd, search.newCut, newEnd, search.isHighBest ? 1 : 0);
    }
  }
}

/** One search at a time; its result stands in the four public fields. */
class Search {
  /** Where the box is cut. */
  oldCut = 0;
  newCut = 0;
  /** Whether the part before and the part after the cut still want the best answer. */
  isLowBest = false;
  isHighBest = false;

  readonly #old: Int32Array;
  readonly #new: Int32Array;
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  /** Diagonal 0 stands here in both arrays. */
  readonly #zero: number;
  readonly #costMax: number;
  #oldStart = 0;
  #oldEnd = 0;
  #newStart = 0;
  #newEnd = 0;
  /** Diagonals that the searches have come to. */
  #forwardMin = 0;
  #forwardMax = 0;
  #backwardMin = 0;
  #backwardMax = 0;
  #snakes = 0;

  constructor(old: Int32Array, new_: Int32Array) {
    const diagonals = old.length + new_.length + 3;
    this.#old = old;
    this.#new = new_;
    this.#forward = new Int32Array(diagonals);
    this.#backward = new Int32Array(diagonals);
    this.#zero = new_.length + 1;
    this.#costMax = Math.max(COST_MAX_MIN, roughSquareRoot(diagonals));
  }

  /** Cuts a box that begins and ends with different lines and has lines of both sides. */
  split(box: readonly [number, number, number, number], needsBest: boolean): void {
    const [oldStart, oldEnd, newStart, newEnd] = box;
    this.#oldStart = oldStart;
    this.#oldEnd = oldEnd;
    this.#newStart = newStart;
    this.#newEnd = newEnd;
    const first = oldStart - newStart;
    const last = oldEnd - newEnd;
    this.#forwardMin = this.#forwardMax = first;
    this.#backwardMin = this.#backwardMax = last;
    this.#forward[this.#zero + first] = oldStart;
    this.#backward[this.#zero + last] = oldEnd;
    const isOdd = ((first - last) & 1) !== 0;
    for (let cost = 1; ; cost++) {
      this.#snakes = 0;
      if (this.#advance(isOdd) || this.#retreat(!isOdd)) {
        this.isLowBest = this.isHighBest = true;
        return;
      }
      if (needsBest) continue;
      if (this.#snakes > 0 && cost > PATIENT_COST) {
        if (this.#cutAtGoodForward(cost, first) || this.#cutAtGoodBackward(cost, last)) return;
      }
      if (cost >= this.#costMax) {
        this.#cutAtFurthest();
        return;
      }
    }
  }

  /** One more step from the start; whether it met the other search where `mayMeet`. */
  #advance(mayMeet: boolean): boolean {
    const old = this.#old;
    const new_ = this.#new;
    const forward = this.#forward;
    const backward = this.#backward;
    const zero = this.#zero;
    const oldEnd = this.#oldEnd;
    const newEnd = this.#newEnd;
    // The range of diagonals grows by one, or shrinks where the box ends, for their parity alternates.
    if (this.#forwardMin > this.#oldStart - newEnd) forward[zero + --this.#forwardMin - 1] = -1;
    else this.#forwardMin++;
    if (this.#forwardMax < oldEnd - this.#newStart) forward[zero + ++this.#forwardMax + 1] = -1;
    else this.#forwardMax--;
    const min = this.#forwardMin;
    const meetMin = mayMeet ? this.#backwardMin : UNREACHED;
    const meetMax = this.#backwardMax;
    for (let d = this.#forwardMax; d >= min; d -= 2) {
      const below = forward[zero + d - 1]!;
      const above = forward[zero + d + 1]!;
      const from = below >= above ? below + 1 : above;
      let i = from;
      let j = i - d;
      while (i < oldEnd && j < newEnd && old[i] === new_[j]) {
        i++;
        j++;
      }
      if (i - from > SNAKE) this.#snakes++;
      forward[zero + d] = i;
      if (meetMin <= d && d <= meetMax && backward[zero + d]! <= i) {
        this.oldCut = i;
        this.newCut = j;
        return true;
      }
    }
    return false;
  }

  /** The same from the end. */
  #retreat(mayMeet: boolean): boolean {
    const old = this.#old;
    const new_ = this.#new;
    const forward = this.#forward;
    const backward = this.#backward;
    const zero = this.#zero;
    const oldStart = this.#oldStart;
    const newStart = this.#newStart;
    if (this.#backwardMin > oldStart - this.#newEnd) backward[zero + --this.#backwardMin - 1] = UNREACHED;
    else this.#backwardMin++;
    if (this.#backwardMax < this.#oldEnd - newStart) backward[zero + ++this.#backwardMax + 1] = UNREACHED;
    else this.#backwardMax--;
    const min = this.#backwardMin;
    const meetMin = mayMeet ? this.#forwardMin : UNREACHED;
    const meetMax = this.#forwardMax;
    for (let d = this.#backwardMax; d >= min; d -= 2) {
      const below = backward[zero + d - 1]!;
      const above = backward[zero + d + 1]!;
      const from = below < above ? below : above - 1;
      let i = from;
      let j = i - d;
      while (i > oldStart && j > newStart && old[i - 1] === new_[j - 1]) {
        i--;
        j--;
      }
      if (from - i > SNAKE) this.#snakes++;
      backward[zero + d] = i;
      if (meetMin <= d && d <= meetMax && i <= forward[zero + d]!) {
        this.oldCut = i;
        this.newCut = j;
        return true;
      }
    }
    return false;
  }

  /** Cuts behind a run of equal lines that the search from the start has come through, far along. */
  #cutAtGoodForward(cost: number, middle: number): boolean {
    const old = this.#old;
    const new_ = this.#new;
    let best = 0;
    for (let d = this.#forwardMax; d >= this.#forwardMin; d -= 2) {
      const i = this.#forward[this.#zero + d]!;
      const j = i - d;
      const progress = i - this.#oldStart + (j - this.#newStart) - Math.abs(d - middle);
      if (progress <= PROGRESS_FACTOR * cost || progress <= best) continue;
      if (i < this.#oldStart + SNAKE || i >= this.#oldEnd || j < this.#newStart + SNAKE || j >= this.#newEnd) continue;
      let k = 1;
      while (k <= SNAKE && old[i - k] === new_[j - k]) k++;
      if (k <= SNAKE) continue;
      best = progress;
      this.oldCut = i;
      this.newCut = j;
    }
    this.isLowBest = true;
    this.isHighBest = false;
    return best > 0;
  }

  /** The same for the search from the end. */
  #cutAtGoodBackward(cost: number, middle: number): boolean {
    const old = this.#old;
    const new_ = this.#new;
    let best = 0;
    for (let d = this.#backwardMax; d >= this.#backwardMin; d -= 2) {
      const i = this.#backward[this.#zero + d]!;
      const j = i - d;
      const progress = this.#oldEnd - i + (this.#newEnd - j) - Math.abs(d - middle);
      if (progress <= PROGRESS_FACTOR * cost || progress <= best) continue;
      if (i <= this.#oldStart || i > this.#oldEnd - SNAKE || j <= this.#newStart || j > this.#newEnd - SNAKE) continue;
      let k = 0;
      while (k < SNAKE && old[i + k] === new_[j + k]) k++;
      if (k < SNAKE) continue;
      best = progress;
      this.oldCut = i;
      this.newCut = j;
    }
    this.isLowBest = false;
    this.isHighBest = true;
    return best > 0;
  }

  /** Cuts at the place of either search that is furthest along. */
  #cutAtFurthest(): void {
    let furthest = -1;
    let furthestOld = -1;
    for (let d = this.#forwardMax; d >= this.#forwardMin; d -= 2) {
      let i = Math.min(this.#forward[this.#zero + d]!, this.#oldEnd);
      if (i - d > this.#newEnd) i = this.#newEnd + d;
      if (i + (i - d) > furthest) {
        furthest = i + (i - d);
        furthestOld = i;
      }
    }
    let nearest = Number.MAX_SAFE_INTEGER;
    let nearestOld = 0;
    for (let d = this.#backwardMax; d >= this.#backwardMin; d -= 2) {
      let i = Math.max(this.#backward[this.#zero + d]!, this.#oldStart);
      if (i - d < this.#newStart) i = this.#newStart + d;
      if (i + (i - d) < nearest) {
        nearest = i + (i - d);
        nearestOld = i;
      }
    }
    this.isLowBest = this.#oldEnd + this.#newEnd - nearest < furthest - (this.#oldStart + this.#newStart);
    this.isHighBest = !this.isLowBest;
    this.oldCut = this.isLowBest ? furthestOld : nearestOld;
    this.newCut = this.isLowBest ? furthest - furthestOld : nearest - nearestOld;
  }
}

/** The power of two that a number's square root is nearest to from above, as Git reckons it. */
export function roughSquareRoot(value: number): number {
  let root = 1;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 4)) root *= 2;
  return root;
}
