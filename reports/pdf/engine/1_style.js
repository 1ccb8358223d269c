// What every part shares, and the style of an element. The parts are joined in the order of their names into one
// function of G, the global object: a document just large enough for plotly.js to draw static charts on.
var ASC = 1.16,
  DESC = 0.288;
var SVGNS = 'http://www.w3.org/2000/svg',
  XHTML = 'http://www.w3.org/1999/xhtml';
var ADV = {};
G.__advance = function (t, px) {
  var w = 0;
  for (var ch of t) {
    var a = ADV[ch];
    w += a === undefined ? 1 : a;
  }
  return w * px;
};

function noop() {}
function Style(el) {
  Object.defineProperty(this, '_', {
    value: {
      el: el,
      m: {}
    }
  });
}

function kebab(s) {
  return s.replace(/[A-Z]/g, function (c) {
    return '-' + c.toLowerCase();
  });
}
Style.prototype.setProperty = function (k, v) {
  if (v === null || v === '' || v === undefined) delete this._.m[k];
  else this._.m[k] = String(v);
};
Style.prototype.getPropertyValue = function (k) {
  return this._.m[k] === undefined ? '' : this._.m[k];
};
Style.prototype.removeProperty = function (k) {
  var v = this.getPropertyValue(k);
  delete this._.m[k];
  return v;
};
['opacity', 'display', 'position', 'left', 'top', 'right', 'bottom', 'width', 'height', 'fill', 'stroke',
  'cursor', 'visibility', 'transform', 'fontFamily', 'fontSize', 'fontWeight', 'whiteSpace', 'pointerEvents',
  'overflow', 'margin', 'padding', 'zIndex', 'background', 'backgroundColor', 'color'
].forEach(function (p) {
  var k = kebab(p);
  Object.defineProperty(Style.prototype, p, {
    get: function () {
      return this.getPropertyValue(k);
    },
    set: function (v) {
      this.setProperty(k, v);
    }
  });
});
Object.defineProperty(Style.prototype, 'cssText', {
  get: function () {
    var m = this._.m,
      o = [];
    for (var k in m) o.push(k + ': ' + m[k]);
    return o.join('; ');
  },
  set: function (t) {
    var m = this._.m;
    for (var k in m) delete m[k];
    String(t || '').split(/;(?![^(]*\))/).forEach(function (d) {
      var i = d.indexOf(':');
      if (i > 0) m[d.slice(0, i).trim()] = d.slice(i + 1).replace(/!important/, '').trim();
    });
  }
});
