// What the editor of texts takes from others; editor_bundle.mjs makes one script of it.
export { baseKeymap, chainCommands, setBlockType, toggleMark } from "prosemirror-commands";
export { history, redo, redoDepth, undo, undoDepth } from "prosemirror-history";
export {
  inputRules,
  textblockTypeInputRule,
  undoInputRule,
  wrappingInputRule,
} from "prosemirror-inputrules";
export { keymap } from "prosemirror-keymap";
export { DOMSerializer, Fragment, Schema, Slice } from "prosemirror-model";
export { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
export { EditorState } from "prosemirror-state";
export { EditorView } from "prosemirror-view";
export { default as MarkdownIt } from "markdown-it";
