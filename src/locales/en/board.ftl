# A unit's board.

board-title = You said – we did
board-lead = On this board we tell what your feedback led to.
board-figures = Told on this board during the last { $months } months.
board-figure-change_made =
    { $count ->
        [one] change has been made
       *[other] changes have been made
    }
board-figure-change_planned =
    { $count ->
        [one] change is coming
       *[other] changes are coming
    }
board-figure-no_change =
    { $count ->
        [one] matter does not change now, and we say why
       *[other] matters do not change now, and we say why
    }
board-empty = There is nothing on the board yet.
board-empty-why = When feedback has led to something, we tell it here.
board-pages = Pages of the board
board-newest = To the newest
board-older = Older
board-poster = Print a poster
board-feed = Subscribe to the board (Atom feed)
