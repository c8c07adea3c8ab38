import { describe, expect, it } from '@jest/globals';
import { MemoryBudget } from './memory-budget.js';

const MIB = 1024 * 1024;

describe('MemoryBudget', () => {
  it('gives caches their shares and leaves most of it', () => {
    const budget = new MemoryBudget(256 * MIB);
    expect([budget.basesBytesMax / MIB, budget.openFilesMax, budget.youngBytesMax / MIB]).toEqual([32, 8, 16]);
    expect(budget.holdableBytes).toBe(192 * MIB);
  });

  it('gives no cache more than it can use', () => {
    const budget = new MemoryBudget(64 * 1024 * MIB);
    expect([budget.basesBytesMax / MIB, budget.openFilesMax, budget.youngBytesMax / MIB]).toEqual([96, 256, 64]);
  });

  it('counts what is held, and what is held no more', () => {
    const budget = new MemoryBudget(256 * MIB);
    const [one, other] = [{}, {}];
    budget.note(one, 100 * MIB);
    budget.note(other, 50 * MIB);
    budget.note(one, 90 * MIB);
    expect(budget.heldBytes).toBe(140 * MIB);
    expect([budget.hasRoomFor(52 * MIB), budget.hasRoomFor(52 * MIB + 1)]).toEqual([true, false]);
    budget.forget(one);
    budget.forget(one);
    expect(budget.heldBytes).toBe(50 * MIB);
  });
});
