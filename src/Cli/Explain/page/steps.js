// The guided lesson: each step a sentence, something to do, something to notice, and what the page shows with it. `shows` is how much of
// the matrices there is yet: nothing, the rows of C so far, C, C with Cᵀ still to come, or both. `act` is the button that does what is to
// be done.
const steps = (() => {
  const { of, square, same } = examples;
  const conv = of(false, 4),
    back = of(true, 2),
    strided = of(true, 2, { stride: square(2) });
  const set = (label, change) => ({ label, change });

  const list = [
    {
      id: "gather",
      title: "Gather",
      settings: conv,
      shows: "nothing",
      says: "A convolution lays a small kernel w onto x, multiplies what lies on top of each other, and adds it all up: one number of y.",
      does: "Step the kernel through its four places.",
      act: { label: "Next place", step: 1 },
      sees: "Nine numbers of x are gathered into one of y. The kernel fits in four places, so y has four numbers.",
    },
    {
      id: "row",
      title: "A row times x",
      settings: conv,
      shows: "rows",
      says:
        "Write the rows of x, one after another, as one column: the same sum is a row of weights times that column, with zeros " +
        "where the kernel does not reach.",
      does: "Step on: each place of the kernel makes a row.",
      act: { label: "Next row", step: 1 },
      sees: "The colours show which weight meets which number. The zeros between skip the rest of a row of x.",
    },
    {
      id: "matrix",
      title: "All rows: C",
      settings: conv,
      shows: "C",
      atEnd: true,
      says: "All rows together are the matrix C: row i holds the weights that make y[i], so y = C · x.",
      does: "Point at the numbers of y, or at the rows of C.",
      act: { label: "Show the next row", inspect: 1 },
      sees: "C is 4×16: a row for each number of y, a column for each number of x, and the same nine weights in every row, shifted.",
    },
    {
      id: "flip",
      title: "Flip: Cᵀ",
      settings: back,
      shows: "unflipped",
      atEnd: true,
      says:
        "To get from 4 numbers back to 16 with the same nine weights, flip C over its diagonal, rows into columns: that is the " +
        "transpose, Cᵀ, and multiplying by it is the transposed convolution.",
      does: "Flip it, and follow one colour.",
      act: { label: "Flip C", flip: true },
      sees: "4×16 became 16×4, and no weight changed. It is not the inverse: the shape comes back, the numbers do not.",
    },
    {
      id: "scatter",
      title: "Scatter",
      settings: back,
      shows: "both",
      says: "Cᵀ · x multiplies each number of x by its column of Cᵀ; on the grid that column is the kernel, laid where it once gathered.",
      does: "Step: each number of x lays down one kernel.",
      act: { label: "Next number", step: 1 },
      sees: "The lit column of Cᵀ is the lit row of C. Where kernels overlap, the products add up.",
    },
    {
      id: "stride",
      title: "Stride",
      settings: back,
      shows: "both",
      says:
        "The stride is how far the kernel moves on the large side per step; here that is y, so stride 2 lays the kernels 2 apart, and y " +
        "grows.",
      does: "Switch the stride, and step through each.",
      act: [set("Stride 1", back), set("Stride 2", strided), set("Stride 3", of(true, 2, { stride: square(3) }))],
      sees: "y is 4×4, 5×5, then 6×6. A convolution's stride is on its large side too: there that is x, so y shrinks.",
    },
    {
      id: "stretch",
      title: "Stretch",
      settings: strided,
      shows: "both",
      view: "stretched",
      says:
        "The same y as an ordinary convolution: put stride − 1 zeros between the numbers of x and a border of zeros around them, turn " +
        "the kernel half round, and slide it with stride 1.",
      does: "Step, and compare with the other view.",
      act: [
        { label: "Next pixel", step: 1 },
        { label: "Other view", view: true },
      ],
      sees: "A pixel of y is a row of Cᵀ times x. Most products are with zeros: correct, but slow.",
    },
    {
      id: "padding",
      title: "Padding",
      settings: strided,
      shows: "both",
      atEnd: true,
      says: "Padding crops y: valid keeps every pixel that a kernel reaches, same keeps exactly x's size times the stride.",
      does: "Switch the padding; × marks what is cut.",
      act: [set("valid", strided), set("same", { ...strided, padding: same })],
      sees:
        "With same, 5×5 becomes 4×4, twice the 2×2 of x: one row and one column too many go, at the bottom and the right. Their rows " +
        "leave Cᵀ, too.",
    },
    {
      id: "checkerboard",
      title: "Checkerboards",
      settings: of(true, 4, { stride: square(2) }),
      shows: "both",
      panel: "overlap",
      atEnd: true,
      says:
        "Kernel 3 is no multiple of stride 2, so kernels overlap unevenly: some pixels of y get four products, their neighbours " +
        "two or one.",
      does: "Switch the kernel, and compare the maps.",
      act: [
        set("Kernel 3", of(true, 4, { stride: square(2) })),
        set("Kernel 4", of(true, 4, { kernel: square(4), stride: square(2), padding: same })),
      ],
      sees: "With 3 the map is a checkerboard, and an untrained generator paints one. With 4 it is even away from the edges.",
    },
    {
      id: "backward",
      title: "Backward",
      settings: conv,
      shows: "both",
      panel: "backward",
      atEnd: true,
      says:
        "x[j] goes into y[i] with weight C[i, j], so in training the gradient dy[i] comes back to dx[j] with the same weight: " +
        "dx = Cᵀ · dy.",
      does: "Switch the direction: what is dx here is y there.",
      act: [{ label: "Switch the direction", turn: true }],
      sees: "The gradient of a convolution is the transposed convolution, and the other way round, with x and dy exchanged.",
    },
  ];

  return { list };
})();
