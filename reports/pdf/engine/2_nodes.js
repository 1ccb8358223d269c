// Nodes, texts and elements: the tree and its attributes.
function Node() {}
Object.assign(Node.prototype, {
  ELEMENT_NODE: 1,
  TEXT_NODE: 3,
  appendChild: function (c) {
    return this.insertBefore(c, null);
  },
  insertBefore: function (c, ref) {
    if (c.nodeType === 11) {
      c.childNodes.slice().forEach(function (k) {
        this.insertBefore(k, ref);
      }, this);
      return c;
    }
    if (c.parentNode) c.parentNode.removeChild(c);
    var i = ref ? this.childNodes.indexOf(ref) : -1;
    if (i < 0) this.childNodes.push(c);
    else this.childNodes.splice(i, 0, c);
    c.parentNode = this;
    return c;
  },
  removeChild: function (c) {
    var i = this.childNodes.indexOf(c);
    if (i >= 0) this.childNodes.splice(i, 1);
    c.parentNode = null;
    return c;
  },
  replaceChild: function (n, o) {
    this.insertBefore(n, o);
    this.removeChild(o);
    return o;
  },
  remove: function () {
    if (this.parentNode) this.parentNode.removeChild(this);
  },
  hasChildNodes: function () {
    return this.childNodes.length > 0;
  },
  contains: function (n) {
    while (n) {
      if (n === this) return true;
      n = n.parentNode;
    }
    return false;
  },
  compareDocumentPosition: function (o) {
    function path(n) {
      var p = [];
      while (n) {
        p.unshift(n);
        n = n.parentNode;
      }
      return p;
    }
    var a = path(this),
      b = path(o),
      i = 0;
    while (a[i] && a[i] === b[i]) i++;
    if (!a[i]) return 20;
    if (!b[i]) return 10;
    var k = a[i - 1] ? a[i - 1].childNodes : [];
    return k.indexOf(a[i]) < k.indexOf(b[i]) ? 4 : 2;
  },
  addEventListener: noop,
  removeEventListener: noop,
  dispatchEvent: function () {
    return true;
  },
  getRootNode: function () {
    return G.document;
  }
});

function def(p, name, get, set) {
  Object.defineProperty(p, name, {
    get: get,
    set: set,
    configurable: true
  });
}
def(Node.prototype, 'firstChild', function () {
  return this.childNodes[0] || null;
});
def(Node.prototype, 'lastChild', function () {
  return this.childNodes[this.childNodes.length - 1] || null;
});
def(Node.prototype, 'nextSibling', function () {
  var p = this.parentNode;
  return p ? p.childNodes[p.childNodes.indexOf(this) + 1] || null : null;
});
def(Node.prototype, 'previousSibling', function () {
  var p = this.parentNode;
  return p ? p.childNodes[p.childNodes.indexOf(this) - 1] || null : null;
});
def(Node.prototype, 'parentElement', function () {
  return this.parentNode && this.parentNode.nodeType === 1 ? this.parentNode : null;
});
def(Node.prototype, 'children', function () {
  return this.childNodes.filter(function (c) {
    return c.nodeType === 1;
  });
});
def(Node.prototype, 'ownerDocument', function () {
  return G.document;
});
def(Node.prototype, 'textContent',
  function () {
    return this.nodeType === 3 ? this.data : this.childNodes.map(function (c) {
      return c.textContent;
    }).join('');
  },
  function (t) {
    if (this.nodeType === 3) {
      this.data = String(t);
      return;
    }
    this.childNodes.forEach(function (c) {
      c.parentNode = null;
    });
    this.childNodes = [];
    if (t !== null && t !== undefined && t !== '') this.appendChild(new Text(t));
  });

function Text(t) {
  this.nodeType = 3;
  this.nodeName = '#text';
  this.data = String(t);
  this.childNodes = [];
  this.parentNode = null;
}
Text.prototype = Object.create(Node.prototype);
Text.prototype.constructor = Text;
Text.prototype.cloneNode = function () {
  return new Text(this.data);
};
def(Text.prototype, 'nodeValue', function () {
  return this.data;
}, function (v) {
  this.data = String(v);
});

function Element(ns, tag) {
  this.nodeType = 1;
  this.namespaceURI = ns;
  this.tagName = this.nodeName = tag;
  this.localName = tag;
  this.childNodes = [];
  this.parentNode = null;
  this.attrs = new Map();
  this.style = new Style(this);
}
Element.prototype = Object.create(Node.prototype);
Element.prototype.constructor = Element;
Object.assign(Element.prototype, {
  setAttribute: function (k, v) {
    if (k === 'style') this.style.cssText = v;
    else this.attrs.set(k, String(v));
  },
  getAttribute: function (k) {
    if (k === 'style') return this.style.cssText || null;
    return this.attrs.has(k) ? this.attrs.get(k) : null;
  },
  removeAttribute: function (k) {
    if (k === 'style') this.style.cssText = '';
    else this.attrs.delete(k);
  },
  hasAttribute: function (k) {
    return this.attrs.has(k);
  },
  setAttributeNS: function (ns, k, v) {
    this.setAttribute(/xlink/.test(ns) && k.indexOf(':') < 0 ? 'xlink:' + k : k, v);
  },
  getAttributeNS: function (ns, k) {
    return this.getAttribute(k) || this.getAttribute('xlink:' + k);
  },
  removeAttributeNS: function (ns, k) {
    this.removeAttribute(k);
    this.removeAttribute('xlink:' + k);
  },
  cloneNode: function (deep) {
    var e = new Element(this.namespaceURI, this.tagName);
    this.attrs.forEach(function (v, k) {
      e.attrs.set(k, v);
    });
    e.style.cssText = this.style.cssText;
    if (deep) this.childNodes.forEach(function (c) {
      e.appendChild(c.cloneNode(true));
    });
    return e;
  },
  querySelectorAll: function (s) {
    return select(this, s, false);
  },
  querySelector: function (s) {
    return select(this, s, true)[0] || null;
  },
  getElementsByTagName: function (t) {
    return select(this, t, false);
  },
  getElementsByClassName: function (c) {
    return select(this, '.' + c, false);
  },
  matches: function (s) {
    var n = this;
    return parseSel(s).some(function (c) {
      return matchChain(n, c, null);
    });
  },
  closest: function (s) {
    var n = this;
    while (n && n.nodeType === 1) {
      if (n.matches(s)) return n;
      n = n.parentNode;
    }
    return null;
  },
  insertAdjacentElement: function (w, e) {
    if (w === 'afterbegin') this.insertBefore(e, this.firstChild);
    else this.appendChild(e);
    return e;
  },
  focus: noop,
  blur: noop,
  click: noop,
  getContext: function () {
    return null;
  },
  getBBox: function () {
    return rect(localBox(this));
  },
  getBoundingClientRect: function () {
    if (this.__rect) return this.__rect;
    return rect(mapBox(localBox(this), ctm(this)));
  },
  getTotalLength: function () {
    var p = flat(this.getAttribute('d') || ''),
      n = 0;
    for (var i = 1; i < p.length; i++) n += Math.hypot(p[i][0] - p[i - 1][0], p[i][1] - p[i - 1][1]);
    return n;
  },
  getPointAtLength: function (t) {
    var p = flat(this.getAttribute('d') || '');
    for (var i = 1; i < p.length; i++) {
      var L = Math.hypot(p[i][0] - p[i - 1][0], p[i][1] - p[i - 1][1]);
      if (t <= L && L) return {
        x: p[i - 1][0] + (p[i][0] - p[i - 1][0]) * t / L,
        y: p[i - 1][1] + (p[i][1] - p[i - 1][1]) * t / L
      };
      t -= L;
    }
    var e = p[p.length - 1] || [0, 0];
    return {
      x: e[0],
      y: e[1]
    };
  },
  getComputedTextLength: function () {
    return rect(localBox(this)).width;
  },
  getCTM: function () {
    return null;
  },
  getScreenCTM: function () {
    return null;
  },
  createSVGPoint: function () {
    return {
      x: 0,
      y: 0,
      matrixTransform: function () {
        return this;
      }
    };
  }
});
def(Element.prototype, 'id', function () {
  return this.getAttribute('id') || '';
}, function (v) {
  this.setAttribute('id', v);
});
def(Element.prototype, 'className', function () {
  return this.getAttribute('class') || '';
}, function (v) {
  this.setAttribute('class', v);
});
def(Element.prototype, 'classList', function () {
  var el = this,
    g = function () {
      return (el.getAttribute('class') || '').split(/\s+/).filter(Boolean);
    };
  return {
    contains: function (c) {
      return g().indexOf(c) >= 0;
    },
    add: function () {
      var l = g();
      for (var i = 0; i < arguments.length; i++)
        if (l.indexOf(arguments[i]) < 0) l.push(arguments[i]);
      el.setAttribute('class', l.join(' '));
    },
    remove: function () {
      var r = [].slice.call(arguments);
      el.setAttribute('class', g().filter(function (c) {
        return r.indexOf(c) < 0;
      }).join(' '));
    },
    toggle: function (c, f) {
      if (f === undefined ? !this.contains(c) : f) this.add(c);
      else this.remove(c);
    }
  };
});
def(Element.prototype, 'innerHTML', function () {
  return this.childNodes.map(serialize).join('');
}, function (h) {
  this.textContent = '';
  if (h) this.appendChild(new Text(String(h).replace(/<[^>]*>/g, '')));
});
def(Element.prototype, 'outerHTML', function () {
  return serialize(this);
});
['clientWidth', 'clientHeight', 'offsetWidth', 'offsetHeight'].forEach(function (p) {
  var k = /Width/.test(p) ? 'width' : 'height';
  def(Element.prototype, p, function () {
    return parseFloat(this.style.getPropertyValue(k)) || 0;
  });
});
// an <a> must say its protocol: plotly's link filter depends on it, unknown protocols are dropped
def(Element.prototype, 'protocol', function () {
  var m = /^\s*([a-z][a-z0-9+.-]*:)/i.exec(String(this.href || '').replace(/[\u0000-\u0020]/g, ''));
  return m ? m[1].toLowerCase() : ':';
});
