/* What the buttons and the keys of the editor of texts do, and where they are in force. */

(() => {
  "use strict";

  const pm = window.prosemirror;

  /* What the selection is in. */

  function isInMark(state, type) {
    const { empty, from, to, $from } = state.selection;
    if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
    return state.doc.rangeHasMark(from, to, type);
  }

  function listAt({ $from }, schema) {
    const kinds = [schema.nodes.bullet_list, schema.nodes.ordered_list];
    for (let depth = $from.depth; depth > 0; depth -= 1)
      if (kinds.includes($from.node(depth).type))
        return { node: $from.node(depth), at: $from.before(depth) };
    return null;
  }

  /* The link that the cursor is in, as a whole; else what is selected. */
  function linkRange(state) {
    const { $from, from, to, empty } = state.selection;
    const type = state.schema.marks.link;
    const parent = $from.parent;
    const href = linkAt(state);
    if (!empty || href === null) return { from, to };
    let start = $from.start();
    let found = null;
    parent.forEach((child) => {
      const end = start + child.nodeSize;
      const has = type.isInSet(child.marks)?.attrs.href === href;
      if (!has && !(found?.to >= from)) found = null;
      else if (has && found?.to === start) found.to = end;
      else if (has && !(found?.to >= from)) found = { from: start, to: end };
      start = end;
    });
    return found ?? { from, to };
  }

  function linkAt(state) {
    const type = state.schema.marks.link;
    const { $from, from, to, empty } = state.selection;
    if (empty) {
      const near = [$from.nodeBefore, $from.nodeAfter].map(
        (node) => node && type.isInSet(node.marks),
      );
      return near.find(Boolean)?.attrs.href ?? null;
    }
    let href = null;
    state.doc.nodesBetween(from, to, (node) => {
      href ??= type.isInSet(node.marks)?.attrs.href ?? null;
    });
    return href;
  }

  /* Commands. */

  function toggleHeading(schema, level) {
    const { heading, paragraph } = schema.nodes;
    return (state, dispatch) => {
      const { parent } = state.selection.$from;
      const isOne = parent.type === heading && parent.attrs.level === level;
      const command = isOne ? pm.setBlockType(paragraph) : pm.setBlockType(heading, { level });
      return command(state, dispatch);
    };
  }

  function toggleList(schema, name) {
    const type = schema.nodes[name];
    return (state, dispatch) => {
      const found = listAt(state.selection, schema);
      if (found?.node.type === type)
        return pm.liftListItem(schema.nodes.list_item)(state, dispatch);
      if (found) {
        dispatch?.(state.tr.setNodeMarkup(found.at, type));
        return true;
      }
      if (!schema.nodes.heading || state.selection.$from.parent.type !== schema.nodes.heading)
        return pm.wrapInList(type)(state, dispatch);
      let plain = null;
      pm.setBlockType(schema.nodes.paragraph)(state, (transaction) => {
        plain = transaction;
      });
      return (
        plain !== null &&
        pm.wrapInList(type)(
          state.apply(plain),
          dispatch &&
            ((transaction) => {
              transaction.steps.forEach((step) => plain.step(step));
              dispatch(plain);
            }),
        )
      );
    };
  }

  function breakLine(schema) {
    return (state, dispatch) => {
      const { $from } = state.selection;
      if (!$from.parent.type.validContent(pm.Fragment.from(schema.node("hard_break")))) return true;
      dispatch?.(state.tr.replaceSelectionWith(schema.node("hard_break"), true).scrollIntoView());
      return true;
    };
  }

  /* At the beginning of an item: out of the list, one level. */
  function leaveItem(schema) {
    return (state, dispatch) => {
      const { $from, empty } = state.selection;
      const isStart = empty && $from.parentOffset === 0 && $from.depth > 1;
      if (!isStart || $from.node(-1).type !== schema.nodes.list_item || $from.index(-1) > 0)
        return false;
      return pm.liftListItem(schema.nodes.list_item)(state, dispatch);
    };
  }

  function buttonsOf(schema) {
    const { strong, em } = schema.marks;
    const parentIs = (level) => (state) => {
      const { parent } = state.selection.$from;
      return parent.type === schema.nodes.heading && parent.attrs.level === level;
    };
    const listIs = (name) => (state) => listAt(state.selection, schema)?.node.type.name === name;
    const headings = [
      { name: "heading", run: toggleHeading(schema, 2), isOn: parentIs(2) },
      { name: "subheading", run: toggleHeading(schema, 3), isOn: parentIs(3) },
    ];
    return [
      ...(schema.nodes.heading ? headings : []),
      { name: "bullets", run: toggleList(schema, "bullet_list"), isOn: listIs("bullet_list") },
      { name: "numbers", run: toggleList(schema, "ordered_list"), isOn: listIs("ordered_list") },
      {
        name: "strong",
        run: pm.toggleMark(strong),
        isOn: (state) => isInMark(state, strong),
        key: "B",
      },
      { name: "em", run: pm.toggleMark(em), isOn: (state) => isInMark(state, em), key: "I" },
      { name: "link", isOn: (state) => linkAt(state) !== null, key: "K" },
      { name: "undo", run: pm.undo, key: "Z" },
      { name: "redo", run: pm.redo, key: "Y" },
    ];
  }

  function pluginsOf(schema, askForLink) {
    const { bullet_list: bullets, ordered_list: numbers, list_item: item, heading } = schema.nodes;
    const rules = [
      pm.wrappingInputRule(/^[-*]\s$/, bullets),
      pm.wrappingInputRule(/^1[.)]\s$/, numbers),
    ];
    if (heading)
      rules.push(
        pm.textblockTypeInputRule(/^(#{2,3})\s$/, heading, (match) => ({ level: match[1].length })),
      );
    const keys = {
      "Mod-b": pm.toggleMark(schema.marks.strong),
      "Mod-i": pm.toggleMark(schema.marks.em),
      "Mod-k": askForLink,
      "Mod-z": pm.undo,
      "Mod-y": pm.redo,
      "Shift-Mod-z": pm.redo,
      "Mod-]": pm.sinkListItem(item),
      "Mod-[": pm.liftListItem(item),
      Enter: pm.splitListItem(item),
      "Shift-Enter": breakLine(schema),
      Backspace: pm.chainCommands(pm.undoInputRule, leaveItem(schema)),
    };
    return [pm.inputRules({ rules }), pm.keymap(keys), pm.keymap(pm.baseKeymap), pm.history()];
  }

  window.editing = { buttonsOf, linkAt, linkRange, pluginsOf };
})();
