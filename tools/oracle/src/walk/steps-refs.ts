import type { ObjectId } from '@govc/core';
import { parseRefName } from '@govc/core';
import type { Lab } from './lab.js';

/** One operation done by both sides; gives what it did, or `undefined` where it could do nothing. */
export type Step = (lab: Lab) => string | undefined;

export const editAndCommit: Step = (lab) => {
  lab.commit();
  return 'commit';
};

export const makeBranch: Step = (lab) => {
  const from = lab.random.pick(lab.commits());
  const name = lab.freshName('topic/');
  lab.real.must(['branch', name, from]);
  lab.ours.branch(name, from);
  return `branch ${name} ${from}`;
};

/** Goes to a branch; now and then to a new one or to a commit. */
export const switchBranch: Step = (lab) => {
  const choice = lab.random.below(6);
  if (choice === 0) {
    const id = lab.random.pick(lab.commits());
    lab.real.must(['checkout', '-q', '--detach', id]);
    lab.ours.setRef(parseRefName('HEAD'), id as ObjectId);
    return `checkout --detach ${id}`;
  }
  if (choice === 1) {
    const name = lab.freshName('new-');
    lab.real.must(['checkout', '-q', '-b', name]);
    lab.ours.branch(name);
    lab.ours.setHead(name);
    return `checkout -b ${name}`;
  }
  const branches = lab.branches();
  if (branches.length === 0) return undefined;
  const name = lab.random.pick(branches);
  lab.real.must(['checkout', '-q', name]);
  lab.ours.setHead(name);
  return `checkout ${name}`;
};

export const deleteBranch: Step = (lab) => {
  const others = lab.branches().filter((name) => lab.ours.head().ref !== `refs/heads/${name}`);
  if (others.length < 3) return undefined;
  const name = lab.random.pick(others);
  lab.real.must(['branch', '-q', '-D', name]);
  lab.ours.deleteBranch(name);
  return `branch -D ${name}`;
};

export const makeTag: Step = (lab) => {
  const target = lab.random.pick(lab.commits());
  const name = lab.freshName(lab.random.pick(['v', 'light-', 'a/b']));
  if (lab.random.below(2) === 0) {
    lab.real.must(['tag', name, target]);
    lab.ours.tag(name, { target });
    return `tag ${name} ${target}`;
  }
  lab.real.must(['tag', '-a', '-m', `Release ${name}`, name, target]);
  lab.ours.tag(name, { target, message: `Release ${name}\n` });
  return `tag -a ${name} ${target}`;
};
