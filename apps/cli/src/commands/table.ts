import type { CommandTable } from '../command.js';

/** Every command by its name. One line each; the code of a command is loaded when it is run. */
export const COMMANDS: CommandTable = {
  add: { summary: 'Add file contents to the index', load: async () => (await import('./add.js')).addCommand },
  'ls-files': { summary: 'Show information about files in the index and the working tree', load: async () => (await import('./ls-files.js')).lsFilesCommand },
  'write-tree': { summary: 'Create a tree object from the current index', load: async () => (await import('./write-tree.js')).writeTreeCommand },
  status: { summary: 'Show the working tree status', load: async () => (await import('./status.js')).statusCommand },
  commit: { summary: 'Record changes to the repository', load: async () => (await import('./commit.js')).commitCommand },
  init: { summary: 'Create an empty Git repository or reinitialize an existing one', load: async () => (await import('./init.js')).initCommand },
  'rev-parse': { summary: 'Pick out and massage parameters', load: async () => (await import('./rev-parse.js')).revParseCommand },
  'hash-object': { summary: 'Compute object ID and optionally create an object from a file', load: async () => (await import('./hash-object.js')).hashObjectCommand },
  'cat-file': { summary: 'Provide contents or details of repository objects', load: async () => (await import('./cat-file.js')).catFileCommand },
  'update-ref': { summary: 'Update the object name stored in a ref safely', load: async () => (await import('./update-ref.js')).updateRefCommand },
  'symbolic-ref': { summary: 'Read, modify and delete symbolic refs', load: async () => (await import('./symbolic-ref.js')).symbolicRefCommand },
  'show-ref': { summary: 'List references in a local repository', load: async () => (await import('./show-ref.js')).showRefCommand },
  'commit-tree': { summary: 'Create a new commit object', load: async () => (await import('./commit-tree.js')).commitTreeCommand },
  mktree: { summary: 'Build a tree-object from ls-tree formatted text', load: async () => (await import('./mktree.js')).mktreeCommand },
  mktag: { summary: 'Creates a tag object with extra validation', load: async () => (await import('./mktag.js')).mktagCommand },
  'ls-tree': { summary: 'List the contents of a tree object', load: async () => (await import('./ls-tree.js')).lsTreeCommand },
  'check-ref-format': { summary: 'Ensures that a reference name is well formed', load: async () => (await import('./check-ref-format.js')).checkRefFormatCommand },
  var: { summary: 'Show a Git logical variable', load: async () => (await import('./var.js')).varCommand },
  'merge-base': { summary: 'Find as good common ancestors as possible for a merge', load: async () => (await import('./merge-base.js')).mergeBaseCommand },
  config: { summary: 'Get and set repository or global options', load: async () => (await import('./config.js')).configCommand },
  'exec-path': { summary: 'Show where programs are', load: async () => (await import('./exec-path.js')).execPathCommand },
  'list-commands': { summary: 'List commands', load: async () => (await import('./list-commands.js')).listCommandsCommand(COMMANDS) },
  serve: {
    summary: 'Serve Git repositories and a REST interface over HTTP',
    usage: 'govc serve [--port PORT] [--host ADDRESS] [--data DIR | --root DIR [--export-all]] [--config FILE]',
    load: async () => (await import('./serve.js')).serveCommand,
  },
  version: {
    summary: 'Show the version',
    usage: 'govc version',
    load: async () => (await import('./version.js')).versionCommand,
  },
  help: {
    summary: 'Explain a command',
    usage: 'govc help [COMMAND]',
    load: async () => (await import('./help.js')).helpCommand(COMMANDS),
  },
};
