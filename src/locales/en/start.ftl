# The start page.

start-title = Your feedback is heard
start-lead = In Kaiku you give feedback on social and health services, without your name if you like. You always hear what your feedback led to.
start-units = Choose the unit
start-none = There are no units here yet that take feedback.
start-count =
    { $count ->
        [one] 1 unit
       *[other] { $count } units
    }
