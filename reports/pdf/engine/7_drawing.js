// What is called from outside: a chart is begun, what waits is run until nothing does, the chart is written.
var plot = null,
  state = null;

// plotly.js names its clipping paths by chance: each chart begins anew, so that equal charts are equal texts.
function seed() {
  var s = 20260701;
  Math.random = function () {
    s = (s * 1103515245 + 12345) % 2147483648;
    return s / 2147483648;
  };
}

function sized(wide, high) {
  var div = doc.createElement('div');
  div.style.width = wide + 'px';
  div.style.height = high + 'px';
  div.__rect = rect([0, 0, wide, high]);
  return body.appendChild(div);
}

G.chartBegin = function (figure, advances) {
  if (plot) body.removeChild(plot);
  ADV = JSON.parse(advances);
  figure = JSON.parse(figure);
  state = {
    done: false,
    error: null
  };
  seed();
  plot = sized(figure.layout.width, figure.layout.height);
  G.Plotly.newPlot(plot, figure.data, figure.layout, {
    staticPlot: true,
    locale: 'zh-CN'
  }).then(function () {
    state.done = true;
  }, function (error) {
    state.error = String(error && error.stack || error);
  });
};

// What is seen: the whole chart, and text that runs over its edge, where a browser would cut it off.
function view() {
  var box = [0, 0, plot.__rect.width, plot.__rect.height];
  plot.querySelectorAll('text').forEach(function (text) {
    var b = text.getBoundingClientRect();
    if (b.width && text.textContent.trim()) box = join(box, [b.left, b.top, b.right, b.bottom]);
  });
  var left = Math.floor(box[0]),
    top = Math.floor(box[1]),
    wide = Math.ceil(box[2]) - left,
    high = Math.ceil(box[3]) - top;
  return 'width="' + wide + '" height="' + high + '" viewBox="' + [left, top, wide, high].join(' ') + '"';
}

G.chartWrite = function () {
  if (state.error) throw new Error(state.error);
  if (!state.done) throw new Error('plotly did not finish');
  var seen = view(),
    svg = G.Plotly.Snapshot.toSVG(plot, 'svg').replace(/width="[^"]*" height="[^"]*"/, seen);
  G.Plotly.purge(plot);
  body.removeChild(plot);
  plot = null;
  return svg.replace(/TOBESTRIPPED/g, "'");
};
