// The selectors that plotly.js and its d3 ask for: tag, id, class, attribute, child, descendant, :not, :first-child.
var selCache = {};

function parseSel(s) {
  if (selCache[s]) return selCache[s];
  return selCache[s] = s.split(/,(?![^[]*\])/).map(function (part) {
    var toks = part.trim().replace(/\s*>\s*/g, ' >').split(/\s+(?![^[]*\])/),
      out = [];
    toks.forEach(function (t) {
      var comp = {
        child: false,
        tag: null,
        id: null,
        cls: [],
        attr: [],
        not: [],
        first: false
      };
      if (t[0] === '>') {
        comp.child = true;
        t = t.slice(1);
      }
      t = t.replace(/:not\(([^)]*)\)/g, function (_, x) {
        comp.not.push(x);
        return '';
      }).replace(/\[([^\]=~^$*]+)(?:([~^$*]?)=["']?([^\]"']*)["']?)?\]/g, function (_, k, op, v) {
        comp.attr.push([k, op || '', v]);
        return '';
      }).replace(/:first-child/, function () {
        comp.first = true;
        return '';
      }).replace(/:[a-z-]+/g, '');
      t.replace(/([.#]?)((?:[^.#\\]|\\.)+)/g, function (_, p, n) {
        n = n.replace(/\\/g, '');
        if (p === '.') comp.cls.push(n);
        else if (p === '#') comp.id = n;
        else comp.tag = n;
        return '';
      });
      out.push(comp);
    });
    return out;
  });
}

function matchOne(n, c) {
  if (n.nodeType !== 1) return false;
  if (c.tag && c.tag !== '*' && n.tagName.toLowerCase() !== c.tag.toLowerCase()) return false;
  if (c.id && n.getAttribute('id') !== c.id) return false;
  if (c.first && n.parentNode && n.parentNode.children[0] !== n) return false;
  if (c.cls.length) {
    var l = ' ' + (n.getAttribute('class') || '') + ' ';
    for (var i = 0; i < c.cls.length; i++)
      if (l.indexOf(' ' + c.cls[i] + ' ') < 0) return false;
  }
  for (var j = 0; j < c.attr.length; j++) {
    var a = c.attr[j],
      v = n.getAttribute(a[0]);
    if (v === null) return false;
    if (a[2] !== undefined && !(a[1] === '^' ? v.indexOf(a[2]) === 0 : a[1] === '*' ? v.indexOf(a[2]) >= 0 : v ===
        a[2])) return false;
  }
  for (var k = 0; k < c.not.length; k++)
    if (n.matches(c.not[k])) return false;
  return true;
}

function matchChain(n, ch, root) {
  function rec(node, i) {
    if (!matchOne(node, ch[i])) return false;
    if (i === 0) return !ch[0].child || node.parentNode === root;
    var p = node.parentNode;
    if (ch[i].child) return !!p && p.nodeType === 1 && rec(p, i - 1);
    while (p && p.nodeType === 1) {
      if (rec(p, i - 1)) return true;
      p = p.parentNode;
    }
    return false;
  }
  return rec(n, ch.length - 1);
}

function select(root, s, one) {
  var chains = parseSel(s),
    out = [];
  (function walk(n) {
    for (var i = 0; i < n.childNodes.length; i++) {
      var c = n.childNodes[i];
      if (c.nodeType !== 1) continue;
      if (chains.some(function (ch) {
          return matchChain(c, ch, root);
        })) {
        out.push(c);
        if (one) return true;
      }
      if (walk(c)) return true;
    }
    return false;
  })(root);
  return out;
}
