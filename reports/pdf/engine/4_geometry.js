// How large things are: boxes along the axes under real transforms; texts by the widths of their characters, which come
// with each chart. A character without a width counts one em.
function rect(b) {
  if (!b) b = [0, 0, 0, 0];
  var w = b[2] - b[0],
    h = b[3] - b[1];
  return {
    x: b[0],
    y: b[1],
    left: b[0],
    top: b[1],
    right: b[2],
    bottom: b[3],
    width: w,
    height: h
  };
}

function mul(a, b) {
  return [a[0] * b[0] + a[2] * b[1], a[1] * b[0] + a[3] * b[1], a[0] * b[2] + a[2] * b[3], a[1] * b[2] + a[3] * b[
    3], a[0] * b[4] + a[2] * b[5] + a[4], a[1] * b[4] + a[3] * b[5] + a[5]];
}

function tmat(el) {
  var t = el.attrs && el.attrs.get('transform'),
    m = [1, 0, 0, 1, 0, 0];
  if (!t) return m;
  t.replace(/(\w+)\(([^)]*)\)/g, function (_, f, a) {
    a = a.split(/[\s,]+/).filter(Boolean).map(parseFloat);
    if (f === 'translate') m = mul(m, [1, 0, 0, 1, a[0] || 0, a[1] || 0]);
    else if (f === 'scale') m = mul(m, [a[0], 0, 0, a.length > 1 ? a[1] : a[0], 0, 0]);
    else if (f === 'matrix') m = mul(m, a);
    else if (f === 'rotate') {
      var r = a[0] * Math.PI / 180,
        c = Math.cos(r),
        s = Math.sin(r),
        x = a[1] || 0,
        y = a[2] || 0;
      m = mul(mul(mul(m, [1, 0, 0, 1, x, y]), [c, s, -s, c, 0, 0]), [1, 0, 0, 1, -x, -y]);
    }
    return '';
  });
  return m;
}

function ctm(el) {
  var m = [1, 0, 0, 1, 0, 0],
    n = el;
  while (n && n.nodeType === 1) {
    m = mul(tmat(n), m);
    if (n.tagName === 'svg' && n !== el) m = mul([1, 0, 0, 1, parseFloat(n.getAttribute('x')) || 0, parseFloat(n
      .getAttribute('y')) || 0], m);
    n = n.parentNode;
  }
  return m;
}

function mapBox(b, m) {
  if (!b) return b;
  var o = null;
  [
    [b[0], b[1]],
    [b[2], b[1]],
    [b[2], b[3]],
    [b[0], b[3]]
  ].forEach(function (p) {
    var x = m[0] * p[0] + m[2] * p[1] + m[4],
      y = m[1] * p[0] + m[3] * p[1] + m[5];
    o = join(o, [x, y, x, y]);
  });
  return o;
}

function join(a, b) {
  if (!a) return b;
  if (!b) return a;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function num(el, k) {
  return parseFloat(el.getAttribute(k)) || 0;
}

function inherited(el, k, d) {
  var n = el;
  while (n && n.nodeType === 1) {
    var v = n.style.getPropertyValue(k) || n.getAttribute(k);
    if (v && v !== 'inherit') {
      return v;
    }
    n = n.parentNode;
  }
  return d;
}

function px(el) {
  var s = String(inherited(el, 'font-size', '16px'));
  return /em$/.test(s) ? parseFloat(s) * (el.parentNode ? px(el.parentNode) : 16) : parseFloat(s) || 16;
}

function em(v, size) {
  v = String(v);
  return /em$/.test(v) ? parseFloat(v) * size : parseFloat(v) || 0;
}

function textBox(el) {
  var pen = {
      x: num(el, 'x'),
      y: num(el, 'y')
    },
    box = null,
    line = null;

  function flush() {
    if (!line || line.x1 === line.x0) {
      line = null;
      return;
    }
    var w = line.x1 - line.x0,
      a = inherited(line.el, 'text-anchor', 'start'),
      dx = a === 'middle' ? -w / 2 : a === 'end' ? -w : 0;
    box = join(box, [line.x0 + dx, line.top, line.x1 + dx, line.bot]);
    line = null;
  }
  (function walk(n) {
    n.childNodes.forEach(function (c) {
      if (c.nodeType === 3) {
        var s = px(n),
          w = G.__advance(c.data, s, String(inherited(n, 'font-weight', '400')));
        if (!line) line = {
          x0: pen.x,
          x1: pen.x,
          top: pen.y - ASC * s,
          bot: pen.y + DESC * s,
          el: n
        };
        line.top = Math.min(line.top, pen.y - ASC * s);
        line.bot = Math.max(line.bot, pen.y + DESC * s);
        pen.x += w;
        line.x1 = pen.x;
      } else if (c.nodeType === 1) {
        var size = px(c);
        if (c.hasAttribute('x') || c.hasAttribute('y')) flush();
        if (c.hasAttribute('x')) pen.x = num(c, 'x');
        if (c.hasAttribute('y')) pen.y = num(c, 'y');
        if (c.hasAttribute('dy')) pen.y += em(c.getAttribute('dy'), size);
        if (c.hasAttribute('dx')) pen.x += em(c.getAttribute('dx'), size);
        walk(c);
      }
    });
  })(el);
  if (el.hasAttribute('dy')) pen.y += 0;
  flush();
  var dy = el.hasAttribute('dy') && !el.children.length ? em(el.getAttribute('dy'), px(el)) : 0;
  return box ? [box[0], box[1] + dy, box[2], box[3] + dy] : null;
}

function flat(d) {
  var pts = [];
  pathBox(d, pts);
  return pts;
} // end points only: exact for straight segments
function pathBox(d, pts) {
  var re = /([MLHVCSQTAZmlhvcsqtaz])|(-?\d*\.?\d+(?:e[-+]?\d+)?)/g,
    m, cmd = 'M',
    x = 0,
    y = 0,
    sx = 0,
    sy = 0,
    nums = [],
    box = null;
  var need = {
    M: 2,
    L: 2,
    H: 1,
    V: 1,
    C: 6,
    S: 4,
    Q: 4,
    T: 2,
    A: 7,
    Z: 0
  };

  function pt(a, b) {
    box = join(box, [a, b, a, b]);
  }
  while ((m = re.exec(d))) {
    if (m[1]) {
      cmd = m[1];
      nums = [];
      if (/z/i.test(cmd)) {
        x = sx;
        y = sy;
        if (pts) pts.push([x, y]);
      }
      continue;
    }
    nums.push(parseFloat(m[2]));
    var C = cmd.toUpperCase(),
      rel = cmd !== C;
    if (nums.length < need[C]) continue;
    var ox = rel ? x : 0,
      oy = rel ? y : 0;
    if (C === 'H') x = nums[0] + ox;
    else if (C === 'V') y = nums[0] + oy;
    else {
      var k = nums.length;
      if (C !== 'A')
        for (var i = 0; i < k - 2; i += 2) pt(nums[i] + ox, nums[i + 1] + oy);
      x = nums[k - 2] + ox;
      y = nums[k - 1] + oy;
    }
    if (C === 'M') {
      sx = x;
      sy = y;
      cmd = rel ? 'l' : 'L';
    }
    pt(x, y);
    if (pts) pts.push([x, y]);
    nums = [];
  }
  return box;
}

function localBox(el) {
  var t = el.tagName;
  if (el.style.getPropertyValue('display') === 'none') return null;
  if (t === 'text' || t === 'tspan') return textBox(el);
  if (t === 'rect' || t === 'image' || t === 'foreignObject') return [num(el, 'x'), num(el, 'y'), num(el, 'x') +
    num(el, 'width'), num(el, 'y') + num(el, 'height')
  ];
  if (t === 'circle') return [num(el, 'cx') - num(el, 'r'), num(el, 'cy') - num(el, 'r'), num(el, 'cx') + num(el,
    'r'), num(el, 'cy') + num(el, 'r')];
  if (t === 'line') return join([num(el, 'x1'), num(el, 'y1'), num(el, 'x1'), num(el, 'y1')], [num(el, 'x2'), num(
    el, 'y2'), num(el, 'x2'), num(el, 'y2')]);
  if (t === 'path') return pathBox(el.getAttribute('d') || '');
  if (t === 'defs' || t === 'clipPath' || t === 'style') return null;
  var b = null;
  el.childNodes.forEach(function (c) {
    if (c.nodeType === 1) b = join(b, mapBox(localBox(c), tmat(c)));
  });
  return b;
}
