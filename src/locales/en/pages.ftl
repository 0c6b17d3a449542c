# The frame of the pages: what every page has.

language-name = English
page-skip = Skip to content
page-languages = Language
page-footer = About the service
page-privacy = How we handle your data
page-accessibility = Accessibility
page-about-page = Give feedback on this page
page-leave = Leave this page quickly
page-leave-how = You can also press Esc three times.
page-to-receipt = I have a receipt code

# When something does not work.

problem-title-not-found = There is no such page
problem-text-not-found = Check the address. It may be old or mistyped.
problem-title-closed = This unit has closed
problem-text-closed = The unit takes no more feedback. With your receipt code you still see what came of your earlier feedback.
problem-title-busy = The service is very busy just now
problem-text-busy = Wait a moment and try again. Nothing has been lost.
problem-title-refused = This came from another website
problem-text-refused = For safety we only take in what is sent from our own page. Open the page again and then try.
problem-title-too-large = The text is too long to be sent
problem-text-too-large = Go back in your browser. Shorten the text and send it again. You can divide a long matter into two.
problem-title-fault = Something went wrong
problem-text-fault = The fault is in the service, not with you. Please try again in a moment.
problem-again = Try again
